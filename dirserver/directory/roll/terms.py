# SPDX-License-Identifier: GPL-3.0-or-later
"""From a filter as a client wrote it to what a roll is asked.

The short way for what mail programs and phones send: ``binding`` and ``access.guard`` would come to the same.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from dirserver.access.rights import Rights
from dirserver.card.normal import REVERSED, phone_forms
from dirserver.directory.roll.asked import BEGINS, CONTAINS, EQUAL, LONGEST, MOST, Asked, asked_of
from dirserver.directory.roll.grams import GRAM
from dirserver.directory.views.binding import bind
from dirserver.model.attribute import Syntax, find
from dirserver.model.filter import Equality, Filter, Or, Substrings
from dirserver.model.fold import fold

_TEXTS = frozenset({Syntax.TEXT, Syntax.MAIL, Syntax.URI, Syntax.ADDRESS})
_OTHERWISE = frozenset({"objectclass", "memberof", "creatorsname", "modifiersname"})
_Read = Callable[[str, Substrings | Equality], tuple[Asked, ...] | None]


class Terms:
    """What attributes are called in the index, as far as an asker with these rights on some books may read them on everybody."""

    def __init__(self, rights: Sequence[Rights]) -> None:
        self._rights = rights
        self._known: dict[str, tuple[str, _Read] | None] = {}

    def asked(self, wanted: Filter) -> tuple[Asked, ...] | None:
        """Return the conditions of which one has to be true, none for what is Undefined; None for a question of another kind."""
        parts = wanted.parts if type(wanted) is Or else (wanted,)
        if len(parts) > MOST:
            return None
        found: list[Asked] = []
        for part in parts:
            if type(part) is not Substrings and type(part) is not Equality:
                return None
            name = part.attribute
            known = self._known[name] if name in self._known else self._learnt(name)
            if known is None:
                return None
            one = known[1](known[0], part)
            if one is None:
                return None
            found += one
        return tuple(found)

    def key_of(self, name: str) -> tuple[str, bool] | None:
        """Return what an attribute is called in the index, and whether its values are numbers; None for one that may not be asked so."""
        known = self._known[name] if name in self._known else self._learnt(name)
        return None if known is None else (known[0], known[1] is _number)

    def _learnt(self, name: str) -> tuple[str, _Read] | None:
        attribute = find(name)
        known: tuple[str, _Read] | None = None
        if attribute is not None and attribute.key not in _OTHERWISE and all(one.guards_for(attribute.key) is None for one in self._rights):
            read = _text if attribute.syntax in _TEXTS else _number if attribute.syntax is Syntax.PHONE else None
            known = None if read is None else (attribute.key, read)
        if len(self._known) < _MOST_NAMES:
            self._known[name] = known
        return known


_MOST_NAMES = 500


# What is typed stands in four or five places of one filter.
_folded = functools.lru_cache(maxsize=64)(fold)


def _text(key: str, part: Substrings | Equality) -> tuple[Asked, ...] | None:
    if type(part) is Equality:
        norm = _folded(part.value)
        return (Asked(EQUAL, key, norm),) if norm else ()
    if type(part) is not Substrings or part.final or len(part.any_) > 1:
        return None
    text = _folded(part.initial or (part.any_[0] if part.any_ else ""))
    if part.initial:
        return (Asked(BEGINS, key, text),) if not part.any_ and 0 < len(text) <= LONGEST else None
    return (Asked(CONTAINS, key, text),) if GRAM <= len(text) <= LONGEST else None


def _number(key: str, part: Substrings | Equality) -> tuple[Asked, ...] | None:
    if type(part) is not Equality:
        return asked_of(bind(part))
    norm, right = phone_forms(part.value)
    if not norm:
        return ()
    if right is None:
        return (Asked(EQUAL, key, norm),)
    return (Asked(EQUAL, key, norm), Asked(BEGINS, key + REVERSED, right[::-1])) if len(right) <= LONGEST else None
