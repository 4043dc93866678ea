# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns that say what kind of number, address or day the column beside them holds, as Google's lists have them.

"Phone 1 - Label" is Mobile in one row and Home in the next, so what "Phone 1 - Value" gives is decided row by row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from dirserver.model.attribute import Attribute, find
from dirserver.model.fold import fold

KIND = "kind"
"""What such a column means, where others name an attribute."""

_KIND = re.compile(r"(?:e-?mail|phone|website|address|event) \d+ - (?:label|type)", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")

_HOME = frozenset("home personal private privat casa domicilio particular dom domowy prywatny residencial hejma hejmo domicile".split())
_MOBILE = frozenset("mobile mobil cell iphone handy movil celular komorka komorkowy telemovel portable postelefono".split())
_FAX = frozenset("fax faks fakso telecopie".split())
_PAGER = frozenset("pager localizador".split())
_BIRTH = frozenset("birthday cumpleanos urodziny nascimento geburtstag naskigtago".split())
_WEDDING = frozenset("anniversary aniversario rocznica jahrestag datreveno".split())

_AT_HOME: Mapping[str, str] = MappingProxyType(
    {
        "mail": "mozillaSecondEmail",
        "labeledURI": "mozillaHomeUrl",
        "street": "mozillaHomeStreet",
        "l": "mozillaHomeLocalityName",
        "st": "mozillaHomeState",
        "postalCode": "mozillaHomePostalCode",
        "co": "mozillaHomeCountryName",
        "postalAddress": "homePostalAddress",
    }
)
_ONLY_AT_WORK = frozenset({"postOfficeBox", "physicalDeliveryOfficeName", "c"})
_NUMBERS = frozenset({"telephoneNumber", "mobile", "homePhone", "facsimileTelephoneNumber", "homeFacsimileTelephoneNumber", "pager"})
_DAYS = frozenset({"anniversary", "birthDate"})


def is_kind(header: str) -> bool:
    """Tell whether a column of this header says what kind another one holds."""
    return _KIND.fullmatch(" ".join(header.split())) is not None


def about(header: str) -> str:
    """Return what a column's header and those that belong to it begin with, as in "phone 1"; "" where it stands alone."""
    begins, between, _ = " ".join(header.lower().split()).rpartition(" - ")
    return begins if between else ""


def attribute_of(attribute: Attribute, label: str) -> Attribute | None:
    """Return what a cell gives, as its kind says: ``attribute`` where it says nothing else, None where no attribute holds it."""
    words = set(_WORDS.findall(fold(label)))
    name: str | None = attribute.name
    if attribute.name in _NUMBERS:
        name = _number(attribute.name, words)
    elif attribute.name in _DAYS:
        name = "birthDate" if words & _BIRTH else "anniversary" if words & _WEDDING else None
    elif words & _HOME:
        name = None if attribute.name in _ONLY_AT_WORK else _AT_HOME.get(attribute.name, attribute.name)
    return find(name) if name is not None else None


def _number(told: str, words: set[str]) -> str:
    if words & _FAX or any(word.endswith("fax") for word in words):
        return "homeFacsimileTelephoneNumber" if words & _HOME or "homefax" in words else "facsimileTelephoneNumber"
    if words & _MOBILE:
        return "mobile"
    if words & _HOME:
        return "homePhone"
    return "pager" if words & _PAGER else told
