# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be the same: entries that agree with a card in something that two people seldom share, as the asker may see them.

An address or a number that is equal in normal form, or the whole name. What the asker may not read counts for nothing, so
nobody learns of a hidden number by sending it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dirserver.card.card import Card
from dirserver.card.normal import normalise
from dirserver.card.projection import attributes
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry, Search
from dirserver.model.filter import Equality, Or

_TELLING = ("mail", "mozillaSecondEmail", "mobile", "telephoneNumber", "employeeNumber", "cn")
_MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry, and the attributes in which it agrees."""

    entry: Entry
    agrees_in: tuple[str, ...]


def candidates(reading: Reading, book: BookView, card: Card, *, limit: int = 5) -> tuple[Candidate, ...]:
    """Return the entries of ``book`` that may be who ``card`` tells of, those that agree in most first."""
    asked = tuple(_assertions(card))
    if not asked:
        return ()
    found = reading.search(Search(Or(asked[:_MOST_VALUES]), (book.slug,), limit=limit * 4)).entries
    told = sorted((Candidate(entry, _agreement(card, entry.card)) for entry in found), key=lambda one: -len(one.agrees_in))
    return tuple(one for one in told if one.agrees_in)[:limit]


def _assertions(card: Card) -> Iterator[Equality]:
    values = attributes(card)
    for name in _TELLING:
        yield from (Equality(name, value) for value in values.get(name, ()))


def _agreement(one: Card, other: Card) -> tuple[str, ...]:
    ours, theirs = attributes(one), attributes(other)
    return tuple(name for name in _TELLING if _normal(name, ours.get(name, ())) & _normal(name, theirs.get(name, ())))


def _normal(name: str, values: tuple[str, ...]) -> set[str]:
    return {form for value in values if (form := normalise(name, value))}
