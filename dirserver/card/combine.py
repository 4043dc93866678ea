# SPDX-License-Identifier: GPL-3.0-or-later
"""Two cards of one person made into one, value by value.

What a person has once (a name, a birthday, an employer) is chosen; what one may have several of (numbers, addresses, categories)
comes together, the same value in two spellings once. Notes are joined, since devices show one. What isn't chosen stays in the card
that it came from: ``directory.changes.merging`` puts that into the trash, whole. Labels of Apple's go with the property they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from dirserver.card.card import Card, Property
from dirserver.card.convert import convert
from dirserver.card.normal import normalise, phone_key
from dirserver.card.places import ATTACHED, NO_LABELS, Form, Labels, labels_of, places_in, variant_of
from dirserver.card.projection import phone_text
from dirserver.model.fold import fold


class Side(StrEnum):
    """What becomes of a value: that of the card which stays, that of the other, both (where there may be several), or none."""

    KEPT = "kept"
    OTHER = "other"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of two cards side by side. ``id`` names it for ``combine``, which is given the same two cards again.

    ``attribute`` is its canonical name, or the property's in lower case; a side without the value has None. ``offered`` are the
    answers that it can have, the first one is what is done unasked.
    """

    id: str
    attribute: str
    kept: Property | None
    other: Property | None
    is_equal: bool
    offered: tuple[Side, ...]

    @property
    def is_open(self) -> bool:
        """True if both say something else where only one can stand: somebody should choose."""
        return self.kept is not None and self.other is not None and not self.is_equal and Side.BOTH not in self.offered


_FRAME = frozenset({"UID", "REV", "PRODID", "KIND", "CLIENTPIDMAP", "CREATED", "SOURCE", "NAME", "PROFILE"})
"""What makes a card a card: that of the one that stays."""
_SINGLE = frozenset(
    "FN N BDAY DEATHDATE BIRTHPLACE DEATHPLACE ANNIVERSARY X-ANNIVERSARY X-EVOLUTION-ANNIVERSARY GENDER X-GENDER ORG TITLE ROLE PHOTO LOGO "
    "SOUND TZ GEO MAILER CLASS SORT-STRING X-MANAGER X-SECRETARY X-DISPLAYNAME X-INITIALS X-PHONETIC-FIRST-NAME X-PHONETIC-MIDDLE-NAME "
    "X-PHONETIC-LAST-NAME X-EMPLOYEENUMBER X-EMPLOYEETYPE X-DEPARTMENTNUMBER X-ABSHOWAS X-ABUID".split()
)
_JOINED = frozenset({"CATEGORIES", "NICKNAME"})
_NOTE = "NOTE"
_EITHER = (Side.KEPT, Side.OTHER, Side.NONE)
_NAMES = frozenset({"FN", "N"})


def lines(kept: Card, other: Card) -> tuple[Line, ...]:
    """Return both cards side by side, in the order of the one that stays, then what only the other says."""
    return tuple(_lines(kept, convert(other, kept.version)))


def combine(kept: Card, other: Card, choices: Mapping[str, Side] | None = None) -> Card:
    """Return the card that is made of both, with the UID of ``kept``.

    ``choices`` go by ``Line.id``; one that isn't offered is passed over.
    """
    other = convert(other, kept.version)
    chosen = choices or {}
    taken = {each.group.lower() for each in kept.properties if each.group is not None}
    dropped: set[int] = set()
    replaced: dict[int, Sequence[Property]] = {}
    added: list[Property] = []
    for line in _lines(kept, other):
        side = chosen.get(line.id, line.offered[0])
        side = side if side in line.offered else line.offered[0]
        made = _made(line, side)
        if line.kept is None:
            added += _with_attached(made, line.other, other, taken)
        elif made is None:
            dropped.add(_index(kept, line.kept))
        elif made is not line.kept:
            replaced[_index(kept, line.kept)] = _with_attached(made, line.other, other, taken) if made is line.other else (made,)
    # A label goes with the last property of its group.
    stay = [each for index, each in enumerate(kept.properties) if index not in dropped and index not in replaced]
    staying = {each.group for each in (*stay, *chain.from_iterable(replaced.values())) if not _is_label(each)}
    gone = {kept.properties[index].group for index in (*dropped, *replaced)} - staying - {None}
    properties: list[Property] = []
    for index, each in enumerate(kept.properties):
        if index in replaced:
            properties += replaced[index]
        elif index not in dropped and not (_is_label(each) and each.group in gone):
            properties.append(each)
    return kept.with_properties((*properties, *added))


def _made(line: Line, side: Side) -> Property | None:
    if side is Side.NONE:
        return None
    if side is Side.BOTH and line.kept is not None and line.other is not None:
        return _joined(line.kept, line.other)
    return line.other if side is Side.OTHER or line.kept is None else line.kept


def _lines(kept: Card, other: Card) -> Iterator[Line]:
    ours, theirs = _Values(kept), _Values(other)
    numbers: dict[str, int] = {}
    partners = ours.partners(theirs)
    for each in ours.properties:
        yield _line(_next(numbers, each.key), ours.attribute(each), each, partners.get(id(each)))
    met = {id(each) for each in partners.values()}
    for each in theirs.properties:
        if id(each) not in met:
            yield Line(_next(numbers, each.key), theirs.attribute(each), None, each, is_equal=False, offered=(Side.OTHER, Side.NONE))


def _line(name: str, attribute: str, kept: Property, other: Property | None) -> Line:
    if other is None:
        # A card must be called something.
        return Line(name, attribute, kept, None, is_equal=False, offered=(Side.KEPT,) if kept.key in _NAMES else (Side.KEPT, Side.NONE))
    if kept.key in _JOINED or kept.key == _NOTE:
        is_equal = _joined(kept, other) == kept
        return Line(name, attribute, kept, other, is_equal=is_equal, offered=(Side.KEPT,) if is_equal else (Side.BOTH, *_EITHER))
    if kept.key not in _SINGLE:
        if kept.value == other.value:
            return Line(name, attribute, kept, other, is_equal=True, offered=(Side.KEPT, Side.NONE))
        best = (Side.OTHER, Side.KEPT) if _is_better_number(kept, other) else (Side.KEPT, Side.OTHER)
        return Line(name, attribute, kept, other, is_equal=True, offered=(*best, Side.NONE))
    is_equal = kept.value == other.value
    richer = _is_richer(kept, other)
    order = (Side.OTHER, Side.KEPT) if richer else (Side.KEPT, Side.OTHER)
    offered = (Side.KEPT,) if is_equal else order if kept.key in _NAMES else (*order, Side.NONE)
    return Line(name, attribute, kept, other, is_equal=is_equal or fold(kept.text()) == fold(other.text()), offered=offered)


class _Values:
    """The properties of a card that lines are about, and under which key each counts as the same as another."""

    def __init__(self, card: Card) -> None:
        self._labels: Labels = labels_of(card) if any(each.group is not None for each in card.properties) else NO_LABELS
        self.properties = [each for each in card.properties if each.key not in _FRAME and not _is_label(each)]

    def attribute(self, each: Property) -> str:
        """Return the attribute that a property shows first, or its own name in lower case."""
        places = places_in(each, self._labels)
        return places[0].attribute if places else each.key.lower()

    def same(self, each: Property) -> tuple[str, str, str]:
        """Return what two properties have in common when they say the same."""
        variant = variant_of(each.key, each, self._labels)
        places = places_in(each, self._labels)
        if places and places[0].form is Form.PHONE:
            text = phone_text(each)
            return each.key, variant, phone_key(text) or normalise("mobile", text) or text
        if each.key in {"EMAIL", "ADR", "LABEL"}:
            return each.key, variant, fold(each.text())
        return each.key, variant, each.value

    def partners(self, theirs: _Values) -> dict[int, Property]:
        """Return, for each of ours (by identity), the one of theirs that stands on the same line."""
        by_same: dict[tuple[str, ...], list[Property]] = {}
        for each in theirs.properties:
            by_same.setdefault(theirs._line_key(each), []).append(each)
        found: dict[int, Property] = {}
        for each in self.properties:
            waiting = by_same.get(self._line_key(each))
            if waiting:
                found[id(each)] = waiting.pop(0)
        return found

    def _line_key(self, each: Property) -> tuple[str, ...]:
        return (each.key,) if each.key in _SINGLE or each.key in _JOINED or each.key == _NOTE else self.same(each)


def _next(numbers: dict[str, int], key: str) -> str:
    numbers[key] = numbers.get(key, 0) + 1
    return f"{key.lower()}-{numbers[key]}"


def _joined(kept: Property, other: Property) -> Property:
    if kept.key == _NOTE:
        before, more = kept.text().strip(), other.text().strip()
        if more in before:
            return kept
        return kept.with_text(f"{before}\n\n{more}" if before else more)
    known = {fold(text) for text in kept.texts()}
    new = [text for text in other.texts() if fold(text) and fold(text) not in known]
    if not new:
        return kept
    return Property.of_texts(kept.name, [text for text in (*kept.texts(), *new) if text], group=kept.group, params=kept.params)


def _is_richer(kept: Property, other: Property) -> bool:
    """Tell whether the other spelling of the same name knows more: accents, small letters, a part that the first lacks."""
    ours, theirs = kept.text(), other.text()
    if fold(ours) != fold(theirs):
        return bool(theirs.strip(";, ")) and not ours.strip(";, ")
    return (_accents(theirs), theirs != theirs.upper()) > (_accents(ours), ours != ours.upper())


def _accents(text: str) -> int:
    return sum(1 for letter in text if not letter.isascii())


def _is_better_number(kept: Property, other: Property) -> bool:
    if kept.key != "TEL":
        return False
    return phone_text(other).startswith("+") and not phone_text(kept).startswith("+")


def _index(card: Card, wanted: Property) -> int:
    return next(index for index, each in enumerate(card.properties) if each is wanted)


def _is_label(each: Property) -> bool:
    """Tell whether a property only says something about the other one of its group."""
    return each.key in ATTACHED and each.group is not None


def _with_attached(made: Property | None, source: Property | None, card: Card, taken: set[str]) -> tuple[Property, ...]:
    """Return a property that comes over with its label, in a group that nothing else has."""
    if made is None or source is None or source.group is None:
        return () if made is None else (made,)
    number = 1
    while f"item{number}" in taken:
        number += 1
    group = f"item{number}" if source.group.lower() in taken else source.group
    taken.add(group.lower())
    attached = [each for each in card.properties if each.key in ATTACHED and each.group == source.group]
    return (made.with_group(group), *(each.with_group(group) for each in attached))
