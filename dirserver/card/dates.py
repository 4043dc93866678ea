# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendar dates as vCard 3.0, vCard 4.0, Apple and the directory write them.

The directory's own form is ISO 8601's extended one: ``1985-04-12``, or ``--04-12`` when the year isn't told. 3.0 writes the
same, Apple a made-up year with X-APPLE-OMIT-YEAR; 4.0 writes ``19850412`` and ``--0412`` (RFC 6350 section 4.3.1).
"""

from __future__ import annotations

import re

from dirserver.card.card import Parameter, Property, Version, escape, unescape

_FULL = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T.*| \d.*)?")
_NO_YEAR = re.compile(r"--(\d\d)-?(\d\d)(?:T.*)?")
_TIMESTAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):?(\d\d):?(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d(?::?\d\d)?)?")
_BASIC_TIMESTAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:(Z)|([+-]\d\d)(\d\d)?)?")
OMITTED_YEAR = "1604"
"""The year that Apple writes when there is none: a leap year, so that 29 February exists."""
OMIT_YEAR = "X-APPLE-OMIT-YEAR"


def iso_date(each: Property) -> str:
    """Return the date in the directory's form; a value that isn't a date comes back as its text."""
    value = each.value.strip()
    found = _FULL.fullmatch(value)
    if found is not None:
        if each.params and each.param(OMIT_YEAR) == found[1]:
            return f"--{found[2]}-{found[3]}"
        return f"{found[1]}-{found[2]}-{found[3]}"
    found = _NO_YEAR.fullmatch(value)
    if found is not None:
        return f"--{found[1]}-{found[2]}"
    return unescape(each.value)


def with_date(each: Property, text: str, version: Version) -> Property:
    """Return the property with the date ``text``, in the form of ``version``; text that isn't a date becomes text."""
    params = [parameter for parameter in each.params if parameter.name.upper() not in {OMIT_YEAR, "VALUE"}]
    full = _FULL.fullmatch(text)
    short = _NO_YEAR.fullmatch(text)
    if full is not None:
        value = f"{full[1]}-{full[2]}-{full[3]}" if version is Version.V3 else f"{full[1]}{full[2]}{full[3]}"
    elif short is not None and version is Version.V3:
        value = f"{OMITTED_YEAR}-{short[1]}-{short[2]}"
        params.append(Parameter(OMIT_YEAR, (OMITTED_YEAR,)))
    elif short is not None:
        value = f"--{short[1]}{short[2]}"
    else:
        value = escape(text)
        params.append(Parameter("VALUE", ("text",)))
    return Property(each.name, value, each.group, tuple(params))


def converted_date(each: Property, version: Version) -> Property:
    """Return BDAY or ANNIVERSARY as ``version`` writes it; a time of day and a partial date are kept."""
    value = each.value.strip()
    if version is Version.V4:
        stamp = _TIMESTAMP.fullmatch(value)
        if stamp is not None:
            return _without_value_type(each, basic_timestamp(value))
    elif "T" in value and _FULL.fullmatch(value):
        return _without_value_type(each, _extended_timestamp(value))
    if _FULL.fullmatch(value) or _NO_YEAR.fullmatch(value):
        return with_date(each, iso_date(each), version)
    return each


def _without_value_type(each: Property, value: str) -> Property:
    return each.with_params([parameter for parameter in each.params if parameter.name.upper() != "VALUE"]).with_value(value)


def _extended_timestamp(value: str) -> str:
    """Return a timestamp in ISO 8601's extended form, as 3.0 writes it everywhere; anything else comes back as it is."""
    found = _BASIC_TIMESTAMP.fullmatch(value)
    if found is None:
        return value
    zone = found[7] or (f"{found[8]}:{found[9] or '00'}" if found[8] else "")
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}:{found[5]}:{found[6]}{zone}"


def basic_timestamp(value: str) -> str:
    """Return a timestamp in ISO 8601's basic form, as 4.0 wants REV; anything else comes back as it is."""
    found = _TIMESTAMP.fullmatch(value.strip())
    if found is None:
        return value
    zone = (found[7] or "").replace(":", "")
    return f"{found[1]}{found[2]}{found[3]}T{found[4]}{found[5]}{found[6]}{zone}"
