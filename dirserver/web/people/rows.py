# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries as pieces of a page: drawn once for each card, View, look and language, and kept, because lists show the same people all day."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from dirserver.directory.search.question import Drawn
from dirserver.directory.views.entry import Entry
from dirserver.web.entry.row import row_of
from dirserver.web.people.asked import Look
from dirserver.web.people.columns import cells_of
from dirserver.web.shell.languages import current_language
from dirserver.web.shell.links import chart_url

_MOST_BYTES = 24 * 1024 * 1024
_Key = tuple[str, ...]


class Pieces:
    """Pieces by what they depend on, the most recent ones; safe for threads."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[_Key, Markup] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, keys: Sequence[_Key]) -> list[Markup | None]:
        """Return the pieces that are kept."""
        with self._lock:
            found = [self._kept.get(key) for key in keys]
            for key, piece in zip(keys, found, strict=True):
                if piece is not None:
                    self._kept.move_to_end(key)
            return found

    def keep(self, key: _Key, piece: Markup) -> None:
        """Keep a piece; the least recently used ones make room."""
        with self._lock:
            self._bytes += len(piece) - len(self._kept.pop(key, ""))
            self._kept[key] = piece
            while self._bytes > self._most_bytes and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1])


def install(app: Flask) -> None:
    """Make the place for pieces."""
    app.extensions["dirserver.pieces"] = Pieces()


def drawn(entries: Sequence[Entry], look: Look, columns: tuple[str, ...] = ()) -> list[Markup]:
    """Return each entry as a row, a picture or a line of a table."""
    return _drawn([(entry, (look.value, *columns)) for entry in entries], lambda entry, _: _draw(entry, look, columns))


def drawing(look: Look, columns: tuple[str, ...] = ()) -> Drawn:
    """Return how entries are drawn, for the directory, which knows of whom that was done before."""
    language = current_language().code
    return Drawn((look.value, language, *columns), lambda entry: drawn((entry,), look, columns)[0])


@dataclass(frozen=True, slots=True)
class InChart:
    """Somebody in a chart: how many stand below them, directly or not, and whether a ring closes there."""

    entry: Entry
    everybody: int = 0
    is_ring: bool = False


def drawn_in_chart(nodes: Sequence[InChart]) -> list[Markup]:
    """Return each of these as a card of the chart."""

    def draw(entry: Entry, said: tuple[str, ...]) -> Markup:
        _, everybody, ring = said
        return Markup(_macros().node(row_of(entry), chart_url(entry), int(everybody), bool(ring)))  # noqa: S704 - made by a template

    return _drawn([(each.entry, ("node", str(each.everybody), "ring" if each.is_ring else "")) for each in nodes], draw)


def drawn_small(entries: Sequence[Entry]) -> list[Markup]:
    """Return each entry as a line with a name and a title."""
    return _drawn([(entry, ("mini",)) for entry in entries], lambda entry, _: Markup(_macros().mini(row_of(entry))))  # noqa: S704 - made by a template


def _drawn(wanted: Sequence[tuple[Entry, tuple[str, ...]]], draw: Callable[[Entry, tuple[str, ...]], Markup]) -> list[Markup]:
    """Return a piece for each entry and what is said of how it looks. An ETag says all that a card shows to somebody."""
    pieces: Pieces = current_app.extensions["dirserver.pieces"]
    language = current_language().code
    keys = [(entry.etag, entry.uuid, entry.book, entry.name, language, *said) for entry, said in wanted]
    made = []
    for key, piece, (entry, said) in zip(keys, pieces.find(keys), wanted, strict=True):
        fresh = piece
        if fresh is None:
            fresh = draw(entry, said)
            pieces.keep(key, fresh)
        made.append(fresh)
    return made


def _draw(entry: Entry, look: Look, columns: tuple[str, ...]) -> Markup:
    macros = _macros()
    if look in {Look.TABLE, Look.PRINT}:
        return Markup(macros.line(cells_of(entry, columns)))  # noqa: S704 - made by a template
    draw = macros.picture if look is Look.GALLERY else macros.row
    return Markup(draw(row_of(entry)))  # noqa: S704 - made by a template


def _macros() -> Any:  # noqa: ANN401 - jinja2 has no types for the macros of a template
    # A module of macros, without the request's context: nothing of who asks may get into what others are shown.
    return current_app.jinja_env.get_template("people/pieces.html").module
