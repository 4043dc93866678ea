# SPDX-License-Identifier: GPL-3.0-or-later
"""What headers of well-known exports mean: by attribute names, and as Google, Outlook and our cousins in other tongues call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from dirserver.model.attribute import CANONICAL, find

_BETWEEN_WORDS = re.compile(r"[\s_/.-]+")
_NUMBERED = re.compile(r"(?P<what>e-?mail|phone|website|address|organization) (?P<number>\d+) - (?P<part>.+)")
_NOT_TAKEN = frozenset({each.name for each in CANONICAL if each.is_operational} - {"entryUUID"} | {"objectClass", "member"})

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "givenName": "first name|forename|vorname|nombre|imię|imie|nome|prénom|nomo",
        "sn": "last name|family name|nachname|apellidos|apellido|nazwisko|apelido|sobrenome|nom|familia nomo",
        "cn": "name|full name|nombre completo|nome completo|file as",
        "mail": "e-mail|e-mail address|e-mail 2 address|e-mail 3 address|correo|correo electrónico|adres e-mail",
        "telephoneNumber": "business phone|business phone 2|phone|telephone|teléfono|telefon|telefone|tel|tel.",
        "mobile": "mobile phone|cell|móvil|movil|komórka|telemóvel|celular|handy",
        "homePhone": "home phone 2",
        "facsimileTelephoneNumber": "business fax",
        "o": "organization name|empresa|firma|companhia|firmo",
        "title": "organization title|job|cargo|stanowisko|position",
        "ou": "organization department|departamento|dział",
        "labeledURI": "web page|website|web|homepage|www",
        "categories": "labels|group membership|label|etiquetas|etykiety|tags",
        "description": "notas|notatki|uwagi",
        "street": "business street",
        "l": "business city|ciudad|miasto|cidade",
        "st": "business state|provincia",
        "postalCode": "business postal code|código postal|kod pocztowy|post code",
        "co": "business country/region|business country|país|kraj",
        "middleName": "middle name",
        "generationQualifier": "suffix|name suffix",
        "personalTitle": "prefix|name prefix",
        "manager": "manager's name|manager e-mail|manager mail",
    }
)
_SAID: Mapping[str, str] = MappingProxyType({word: attribute for attribute, words in _WORDS.items() for word in words.split("|")})
_PARTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("email", "value"): "mail",
        ("phone", "value"): "telephoneNumber",
        ("website", "value"): "labeledURI",
        ("organization", "name"): "o",
        ("organization", "title"): "title",
        ("organization", "department"): "ou",
        ("address", "street"): "street",
        ("address", "city"): "l",
        ("address", "region"): "st",
        ("address", "postal code"): "postalCode",
        ("address", "country"): "co",
    }
)


def meaning_of(header: str) -> str:
    """Return the attribute that a header seems to give, "" for none. A guess: somebody looks at it before it counts."""
    plain = " ".join(header.lower().split())
    found = find(plain) or find(_BETWEEN_WORDS.sub("", plain))
    if found is None:
        numbered = _NUMBERED.fullmatch(plain)
        if numbered is not None:
            named = _PARTS.get((numbered["what"].replace("-", ""), numbered["part"]), "")
            # Of a second address only what may stand twice.
            if numbered["what"] == "address" and numbered["number"] != "1":
                named = ""
        else:
            named = _SAID.get(plain, "")
        found = find(named) if named else None
    return "" if found is None or found.name in _NOT_TAKEN else found.name
