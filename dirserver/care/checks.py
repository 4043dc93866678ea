# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong or odd with one entry, and how it would be put right. Odd things are only flagged: nobody's name is refused here.

A check looks at one card; what it must know of others (who leads whom, how departments are spelt) is handed to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from dirserver.card.card import Card
from dirserver.card.faults import text_fault
from dirserver.card.media import octets_of, reference_of
from dirserver.card.oddities import Odd, oddities
from dirserver.card.projection import stored_values, uuid_of
from dirserver.model.attribute import Syntax, find
from dirserver.model.fold import fold

Values = Mapping[str, tuple[str, ...]]


class Code(StrEnum):
    """What can be found. The words are in URLs and scripts, and stay."""

    MAIL = "mail-syntax"
    PHONE = "phone-invalid"
    LINK = "link-syntax"
    DATE = "date-syntax"
    CONTROL = "control-character"
    NO_NUMBER = "no-phone"
    REQUIRED = "required-missing"
    UNSEEN = "unseen-letters"
    MOJIBAKE = "mojibake"
    FORMULA = "formula"
    ONE_NAME = "name-missing"
    CAPITALS = "name-all-caps"
    FAKE = "name-fake"
    MANAGER_GONE = "manager-gone"
    MANAGER_CYCLE = "manager-cycle"
    DEPARTMENT = "department-unknown"
    ADDRESS = "address-broken"
    PHOTO = "photo-broken"
    SPACE = "white-space"
    SPELLING = "phone-spelling"


GRAVE = frozenset(
    {Code.MAIL, Code.PHONE, Code.LINK, Code.DATE, Code.CONTROL, Code.REQUIRED, Code.MANAGER_GONE, Code.MANAGER_CYCLE, Code.PHOTO}
)
"""What is wrong; the others only look so."""
_BY_SYNTAX = {Syntax.MAIL: Code.MAIL, Syntax.PHONE: Code.PHONE, Syntax.URI: Code.LINK, Syntax.DATE: Code.DATE}
_OF_ODD = {
    Odd.UNSEEN: Code.UNSEEN,
    Odd.MOJIBAKE: Code.MOJIBAKE,
    Odd.MISSING: Code.ONE_NAME,
    Odd.CAPITALS: Code.CAPITALS,
    Odd.FAKE: Code.FAKE,
}
NUMBERS = ("telephoneNumber", "mobile", "homePhone", "ipPhone")
PHONES = frozenset({*NUMBERS, "facsimileTelephoneNumber", "homeFacsimileTelephoneNumber", "pager"})
_FORMULA = re.compile(r"^\s*[=@]\s*[A-Za-z]+\s*\(")
_UNSPOKEN = re.compile(r"[^\d+;=a-z:.\-() /]")
_BLANKS = re.compile(r"\s+")
_IN_CODE = re.compile(r"\d")
_MUCH_MORE = 5


@dataclass(frozen=True, slots=True)
class Standards:
    """What a company wants of its entries: what must be there, which departments there are (none: those that many have)."""

    required: tuple[str, ...] = ("cn",)
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """What a check has to know of other entries.

    ``leads_nowhere`` tells of a manager's UUID whether it is nobody's (any more), ``in_circle`` of an entry's whether it leads itself;
    ``departments`` are the right spellings by folded ones that are not.
    """

    leads_nowhere: Callable[[str], bool]
    in_circle: Callable[[str], bool]
    departments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in which attribute ("" for the whole entry)."""

    code: Code
    attribute: str = ""


def check(uuid: str, card: Card, values: Values, standards: Standards, around: Around) -> Iterator[Finding]:
    """Yield what is to be said about an entry; ``values`` are those that stand in its card."""
    for name, texts in values.items():
        for text in texts:
            yield from _of_text(name, text)
    is_person = card.kind == "individual"
    for one in oddities(dict(values) if is_person else {}):
        yield Finding(_OF_ODD[one.odd], one.attribute)
    if is_person:
        yield from _of_names(card)
    for name in standards.required:
        if not values.get(name) and not (name == "jpegPhoto" and card.first("PHOTO") is not None):
            yield Finding(Code.REQUIRED, name)
    if not any(values.get(name) for name in NUMBERS):
        yield Finding(Code.NO_NUMBER)
    yield from _of_manager(uuid, values, around)
    for name in ("ou", "departmentNumber"):
        if any(fold(text) in around.departments and around.departments[fold(text)] != text for text in values.get(name, ())):
            yield Finding(Code.DEPARTMENT, name)
    yield from _of_places(card, values)


def standing(card: Card) -> dict[str, tuple[str, ...]]:
    """Return the attributes that stand in a card, nothing made up from others."""
    return {name: tuple(texts) for name, texts in stored_values(card).items()}


class Departments(Mapping[str, str]):
    """The right spelling for each folded one that isn't right: the nearest known one, "" where there is none near.

    Without a list of the company's own, a rare spelling is taken for a slip if a near one is much more frequent. Worked out for what
    is asked for, since comparing all with all takes long.
    """

    def __init__(self, counts: Mapping[str, int], known: tuple[str, ...]) -> None:
        self._counts = counts
        self._right = {fold(name): name for name in known}
        self._worked_out: dict[str, str | None] = dict(self._right)

    def __getitem__(self, norm: str) -> str:
        if norm not in self._worked_out:
            self._worked_out[norm] = self._work_out(norm)
        found = self._worked_out[norm]
        if found is None:
            raise KeyError(norm)
        return found

    def __iter__(self) -> Iterator[str]:
        return (norm for norm in dict.fromkeys((*self._right, *self._counts)) if norm in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _work_out(self, norm: str) -> str | None:
        count = self._counts.get(norm)
        if count is None:
            return None
        others = list(self._right) or [other for other, often in self._counts.items() if often >= count * _MUCH_MORE and other != norm]
        near = get_close_matches(norm, others, n=1, cutoff=0.8)
        if near:
            return self._right.get(near[0], near[0])
        return "" if self._right else None


def _of_names(card: Card) -> Iterator[Finding]:
    name = card.first("N")
    parts = [" ".join(part).strip() for part in name.components()[:2]] if name is not None else []
    if len(parts) == 2 and bool(parts[0]) != bool(parts[1]):
        yield Finding(Code.ONE_NAME, "givenName" if parts[0] else "sn")


def _of_text(name: str, text: str) -> Iterator[Finding]:
    attribute = find(name)
    fault = text_fault(attribute, text) if attribute is not None else None
    if fault is not None and attribute is not None:
        yield Finding(Code.CONTROL if "control character" in fault[0] else _BY_SYNTAX.get(attribute.syntax, Code.CONTROL), name)
    elif name in PHONES and (_UNSPOKEN.search(text) or (name != "ipPhone" and not text.strip().startswith(("+", "tel:+")))):
        yield Finding(Code.SPELLING, name)
    if _FORMULA.match(text):
        yield Finding(Code.FORMULA, name)
    is_lines = "\n" in text or "$" in text
    if not is_lines and text != _BLANKS.sub(" ", text).strip():
        yield Finding(Code.SPACE, name)


def _of_manager(uuid: str, values: Values, around: Around) -> Iterator[Finding]:
    managers = values.get("manager", ())
    if any((named := uuid_of(text)) is None or around.leads_nowhere(named) for text in managers):
        yield Finding(Code.MANAGER_GONE, "manager")
    elif managers and around.in_circle(uuid):
        yield Finding(Code.MANAGER_CYCLE, "manager")


def _of_places(card: Card, values: Values) -> Iterator[Finding]:
    if values.get("street") and not values.get("l"):
        yield Finding(Code.ADDRESS, "l")
    if any(not _IN_CODE.search(code) for code in values.get("postalCode", ())):
        yield Finding(Code.ADDRESS, "postalCode")
    for each in card.properties:
        is_kept_elsewhere = reference_of(each) is not None or ":" in each.value
        if each.key == "PHOTO" and not is_kept_elsewhere and octets_of(each) is None:
            yield Finding(Code.PHOTO, "jpegPhoto")
