# SPDX-License-Identifier: GPL-3.0-or-later
"""How alike two entries are, and in which lane that puts them: merged on its own, for somebody to decide, or only to be looked at.

What few people share (a mobile, a personal mail address, an employee number) is a strong key; a landline, a department's mailbox or a
name that many have is none. Only a strong key together with the same name, and nothing that speaks against it, is safe. The same name
alone never is: in a large company that is common, and merging two people hurts more than keeping one twice.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from dirserver.card.normal import normalise, phone_digits, phone_key
from dirserver.model.fold import fold

_PARTS = re.compile(r"[\s.,'`\-]+")
_CLOSE = 0.86
_ROLES = frozenset(
    "info office sales contact kontakt kontakto biuro hello hola support admin mail email reception recepcja recepcion rezeption contacto "
    "contato ventas vendas sekretariat secretariat secretaria oficejo hr rh kadry jobs team service serwis noreply no-reply help helpdesk "
    "marketing billing invoice invoices faktury accounts accounting buchhaltung einkauf vertrieb orders zamowienia press prensa webmaster "
    "postmaster enquiries geral empresa firma company shop sklep tienda loja".split()
)


class Lane(StrEnum):
    """What is done with a pair."""

    SAFE = "safe"
    DECISION = "decision"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Traits:
    """What of an entry is compared, in normal forms. ``called`` is the folded name as it stands, ``name`` its parts in order."""

    called: str
    name: str
    parts: frozenset[str]
    given: str
    mails: frozenset[str]
    mobiles: frozenset[str]
    phones: frozenset[str]
    numbers: frozenset[str]
    birthday: str
    city: str
    organisation: str
    department: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two entries agree in, and what speaks against their being the same; ``score`` orders pairs within a lane, 0 to 100."""

    lane: Lane
    score: int
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


_WEIGHTS = {"number": 60, "mobile": 40, "mail": 40, "name": 35, "birthday": 25, "similar-name": 20, "phone": 10, "city": 8}
_WEIGHTS |= {"organisation": 4, "department": 4}
_AGAINST = {"birthday": 40, "number": 40, "name": 25, "mobile": 15, "mail": 12, "city": 8}
_STRONG = frozenset({"mail", "mobile", "number"})
_RULES_OUT = frozenset({"birthday", "number"})
_SUPPORTS = frozenset({"birthday", "phone", "city", "department"})


def traits_of(values: Mapping[str, tuple[str, ...]]) -> Traits:
    """Return what is compared of attributes as ``card.projection`` gives them."""
    name = fold(_first(values, "cn"))
    given = fold(_first(values, "givenName"))
    return Traits(
        called=name,
        name=" ".join(sorted(part for part in _PARTS.split(name) if part)),
        parts=frozenset(part for part in _PARTS.split(name) if part),
        given=next(iter(_PARTS.split(given)), ""),
        mails=_folded(values, "mail", "mozillaSecondEmail"),
        mobiles=_numbers(values, "mobile"),
        phones=_numbers(values, "telephoneNumber", "homePhone"),
        numbers=_folded(values, "employeeNumber"),
        birthday=normalise("birthDate", _first(values, "birthDate")) or "",
        city=fold(_first(values, "l") or _first(values, "mozillaHomeLocalityName")),
        organisation=fold(_first(values, "o")),
        department=fold(_first(values, "ou") or _first(values, "departmentNumber")),
    )


def compare(one: Traits, other: Traits, shared: Container[str] = ()) -> Likeness | None:
    """Return how alike two are, None if there is nothing in it. ``shared`` are keys that people of several names have: no strong ones."""
    agrees, differs = _evidence(one, other, shared)
    lane = _lane(agrees, differs)
    if lane is None:
        return None
    score = sum(_WEIGHTS[word] for word in agrees) - sum(_AGAINST.get(word, 0) for word in differs)
    order = list(_WEIGHTS)
    return Likeness(lane, min(100, max(0, score)), tuple(sorted(agrees, key=order.index)), tuple(sorted(differs)))


def is_role(mail: str) -> bool:
    """Tell whether a (folded) mail address is a department's rather than somebody's."""
    local = re.split(r"[.+_\-@\d]", mail, maxsplit=1)[0]
    return local in _ROLES


def _evidence(one: Traits, other: Traits, shared: Container[str]) -> tuple[set[str], set[str]]:
    agrees: set[str] = set()
    differs: set[str] = set()
    if one.name and one.name == other.name:
        agrees.add("name")
    elif _are_similar(one, other):
        agrees.add("similar-name")
    elif one.name and other.name:
        differs.add("name")
    for word, ours, theirs in (
        ("mail", one.mails, other.mails),
        ("mobile", one.mobiles, other.mobiles),
        ("number", one.numbers, other.numbers),
        ("phone", one.phones, other.phones),
    ):
        common = ours & theirs
        if word == "mail":
            common = frozenset(mail for mail in common if not is_role(mail))
        if word != "phone":
            common = frozenset(key for key in common if key not in shared)
        if common:
            agrees.add(word)
        elif ours and theirs and not ours & theirs:
            differs.add(word)
    for word, mine, yours in (
        ("birthday", one.birthday, other.birthday),
        ("city", one.city, other.city),
        ("organisation", one.organisation, other.organisation),
        ("department", one.department, other.department),
    ):
        if mine and yours:
            (agrees if mine == yours else differs).add(word)
    return agrees, differs


def _lane(agrees: set[str], differs: set[str]) -> Lane | None:
    is_strong = bool(agrees & _STRONG)
    if "name" in agrees:
        if is_strong and not differs & (_RULES_OUT | {"mail", "mobile"}):
            return Lane.SAFE
        if is_strong:
            return Lane.DECISION
        if differs & (_RULES_OUT | {"city"}) or {"mail", "mobile"} <= differs:
            return None
        return Lane.DECISION if agrees & _SUPPORTS and not differs & {"mail", "mobile", "phone"} else Lane.REVIEW
    if not is_strong or differs & _RULES_OUT:
        return None
    return Lane.DECISION if "similar-name" in agrees else Lane.REVIEW


def _are_similar(one: Traits, other: Traits) -> bool:
    """Tell whether two names may be one: a part more (married, shortened), initials, a slip of the pen."""
    if not one.parts or not other.parts:
        return False
    fewer, more = sorted((one.parts, other.parts), key=len)
    if len(fewer) > 1 and fewer <= more:
        return True
    if fewer & more and (_abbreviate(fewer, more) or _abbreviate(more, fewer)):
        return True
    return SequenceMatcher(None, one.name, other.name, autojunk=False).ratio() >= _CLOSE


def _abbreviate(parts: frozenset[str], wholes: frozenset[str]) -> bool:
    return all(any(part == whole or (len(part) == 1 and whole.startswith(part)) for whole in wholes) for part in parts)


def _first(values: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(values.get(name, ())), "")


def _folded(values: Mapping[str, tuple[str, ...]], *names: str) -> frozenset[str]:
    return frozenset(fold(text) for name in names for text in values.get(name, ()) if fold(text))


def _numbers(values: Mapping[str, tuple[str, ...]], *names: str) -> frozenset[str]:
    return frozenset(key for name in names for text in values.get(name, ()) if (key := phone_key(text) or phone_digits(text)))
