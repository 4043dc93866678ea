# SPDX-License-Identifier: GPL-3.0-or-later
"""What headers of well-known exports mean: by attribute names, and as Google, Outlook and our cousins in other tongues call them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from dirserver.exchange.header_words import WORDS
from dirserver.exchange.kinds import KIND, is_kind
from dirserver.model.attribute import CANONICAL, find
from dirserver.model.fold import fold

_BETWEEN_WORDS = re.compile(r"[\s_/.-]+")
_NUMBERED = re.compile(r"(?P<what>e-?mail|phone|website|address|organization|event) (?P<number>\d+) - (?P<part>.+)")
_SECOND = re.compile(r" (?:[2-9]|1)(?=[ :]|$)")
"""The number of one among several: what it means is the same."""
_NOT_TAKEN = frozenset({each.name for each in CANONICAL if each.is_operational} - {"entryUUID"} | {"objectClass", "member"})

_SAID: Mapping[str, str] = MappingProxyType({word: attribute for attribute, words in WORDS.items() for word in words.split("|")})
_PARTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("email", "value"): "mail",
        ("phone", "value"): "telephoneNumber",
        ("website", "value"): "labeledURI",
        ("event", "value"): "anniversary",
        ("organization", "name"): "o",
        ("organization", "title"): "title",
        ("organization", "department"): "ou",
        ("address", "street"): "street",
        ("address", "po box"): "postOfficeBox",
        ("address", "city"): "l",
        ("address", "region"): "st",
        ("address", "postal code"): "postalCode",
        ("address", "country"): "co",
    }
)


def meaning_of(header: str) -> str:
    """Return the attribute that a header seems to give, KIND where it says what kind another column holds, "" for none. A guess."""
    plain = " ".join(header.lower().split())
    if is_kind(plain):
        return KIND
    found = find(plain) or find(_BETWEEN_WORDS.sub("", plain))
    if found is None:
        numbered = _NUMBERED.fullmatch(plain)
        named = _PARTS.get((numbered["what"].replace("-", ""), numbered["part"]), "") if numbered is not None else _said(plain)
        found = find(named) if named else None
    return "" if found is None or found.name in _NOT_TAKEN else found.name


def meanings_of(headers: Sequence[str]) -> tuple[str, ...]:
    """Return what the headers of one file seem to mean: some words mean something else beside others."""
    meant = [meaning_of(header) for header in headers]
    words = [fold(header) for header in headers]
    for position, word in enumerate(words):
        others = frozenset(meant[:position] + meant[position + 1 :])
        if word in _VAGUE:
            meant[position] = _VAGUE[word](others, meant[position])
        elif word == "birth day" and "birth month" in words:
            # Thunderbird parts the date into three columns; the day alone is none.
            meant[position] = ""
    return tuple(_once(headers, meant))


def _once(headers: Sequence[str], meant: Sequence[str]) -> list[str]:
    """Let the first column only give what stands once in an entry, unless another column says which kind it is."""
    kinds = {header.lower().rpartition(" - ")[0] for header, name in zip(headers, meant, strict=True) if name == KIND}
    seen: set[str] = set()
    kept = []
    for header, name in zip(headers, meant, strict=True):
        found = find(name) if name and name != KIND else None
        is_parted = _BETWEEN_PARTS in header and header.lower().rpartition(_BETWEEN_PARTS)[0] in kinds
        is_once = found is not None and (found.is_single or found.field in _ADDRESSES) and not is_parted
        kept.append("" if is_once and name in seen else name)
        seen.add(name)
    return kept


def _title(others: frozenset[str], told: str) -> str:
    # Outlook's "Title" beside "Job Title" is Dr. or Mrs.
    return "personalTitle" if "title" in others else told


def _name(others: frozenset[str], told: str) -> str:
    return "cn" if "givenName" in others else told


def _esperanto_name(others: frozenset[str], told: str) -> str:
    return "cn" if "givenName" in others or "sn" not in others else told


def _aniversario(others: frozenset[str], told: str) -> str:
    # The day of the wedding in Spanish, of the birth in Portuguese: only the other day beside it tells.
    return "anniversary" if "birthDate" in others else told


_VAGUE: Mapping[str, Callable[[frozenset[str], str], str]] = MappingProxyType(
    {"title": _title, "titel": _title, "nombre": _name, "nome": _name, "nomo": _esperanto_name, "aniversario": _aniversario}
)
_BETWEEN_PARTS = " - "
_ADDRESSES = frozenset({"postalAddress", "homePostalAddress"})


def _said(plain: str) -> str:
    folded = fold(plain)
    return _SAID.get(folded) or _SAID.get(_SECOND.sub("", folded), "")
