# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody who looks around asks of a book, and what they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from dirserver.directory.views.entry import Entry
from dirserver.model.alphabet import initial_of, order_of
from dirserver.store.finding.filters import MEMBER_OF


class Facet(Enum):
    """What a list can be narrowed down by; the value is the attribute."""

    SITE = "l"
    DEPARTMENT = "ou"
    LABEL = "categories"
    GROUP = MEMBER_OF


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, in its normal form and as people write it, with how many of what was found have it."""

    facet: Facet
    norm: str
    spelled: str
    count: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a door makes of each entry instead of taking the entry itself: a text of nothing but what the entry shows and the ``key``."""

    key: tuple[str, ...]
    draw: Callable[[Entry], str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: words, chosen values in any spelling, an initial; which stretch of it, and whether it is to be counted."""

    text: str = ""
    chosen: Mapping[Facet, str] = field(default_factory=dict)
    initial: str = ""
    offset: int = 0
    limit: int = 25
    is_counted: bool = True
    drawn: Drawn | None = None
    language: str = ""
    """Of who reads it: the code of the language whose alphabet it stands in order by."""

    @property
    def order(self) -> str:
        """The order of ``model.alphabet`` that it stands in."""
        return order_of(self.language)

    @property
    def begins(self) -> str:
        """The initial as keys of the order begin with it."""
        return initial_of(self.initial, self.order)

    @property
    def is_everything(self) -> bool:
        """True if nothing narrows the book down."""
        return not (self.text or self.chosen or self.initial)


@dataclass(frozen=True, slots=True)
class Browsed:
    """One stretch of what was found. ``counts_all`` is False where only MOST_COUNTED of them were counted: then ``total`` is that.

    ``meant`` are other texts that find something, where the text found next to nothing; ``instead`` is True where what is shown was
    found by the first of them.
    """

    entries: tuple[Entry, ...]
    """Where they are to be drawn, those that had to be."""
    total: int
    in_book: int
    choices: tuple[Choice, ...] = ()
    counts_all: bool = True
    initials: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()
    instead: bool = False
    pieces: tuple[str, ...] = ()
    """What was drawn of the stretch."""
