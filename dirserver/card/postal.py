# SPDX-License-Identifier: GPL-3.0-or-later
"""Postal addresses: ADR's components, its LABEL, and LDAP's Postal Address syntax with "$" between the lines (RFC 4517 3.3.28)."""

from __future__ import annotations

import re

from dirserver.card.card import Property, escape, split_raw, unescape

COMPONENTS = 7
"""Post office box, extended address, street, locality, region, postal code, country (RFC 6350 section 6.3.1)."""

_HEX = re.compile(r"\\(24|5[Cc])")


def parts_of(each: Property) -> list[str]:
    """Return the components of ADR as one text each, at least seven; an unescaped comma is text, as people mean it."""
    parts = [unescape(part) for part in split_raw(each.value, ";")]
    return parts + [""] * (COMPONENTS - len(parts))


def with_part(each: Property, component: int, text: str) -> Property:
    """Return the ADR with one component changed; the other components stay as they were written."""
    raw = split_raw(each.value, ";")
    raw += [""] * (COMPONENTS - len(raw))
    raw[component] = escape(text)
    return each.with_value(";".join(raw))


def is_empty(each: Property) -> bool:
    """Tell whether no component says anything."""
    return not each.value.replace(";", "").replace(",", "").strip()


def has_only_street(each: Property) -> bool:
    """Tell whether no component but the street says anything."""
    parts = parts_of(each)
    return not any(part.strip() for index, part in enumerate(parts) if index != 2)


def written_lines(parts: list[str]) -> str:
    """Return the components as the lines of an envelope, with LF between them."""
    box, extended, street, locality, region, code, country = parts[:COMPONENTS]
    lines = [extended, street, box, " ".join([part for part in (code, locality) if part]), region, country]
    return "\n".join([line for line in lines if line])


def to_ldap(text: str) -> str:
    """Return lines parted by LF in LDAP's Postal Address syntax."""
    if "\\" in text or "$" in text:
        text = text.replace("\\", "\\5C").replace("$", "\\24")
    return text.replace("\r\n", "$").replace("\n", "$") if "\n" in text else text


def from_ldap(value: str) -> str:
    """Return lines parted by LF from LDAP's Postal Address syntax."""
    lines = value.replace("$", "\n")
    if "\\" in lines:
        lines = _HEX.sub(lambda found: "$" if found[1] == "24" else "\\", lines)
    return lines
