# SPDX-License-Identifier: GPL-3.0-or-later
"""addressbook-multiget (RFC 6352 section 8.7): entries by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import cast

from dirserver.directory.glancing import Glance
from dirserver.model.names import Href
from radicale_dirserver.tree.entries import BATCH, Entries
from radicale_dirserver.tree.places import BookPlace, ItemPlace, find_place, is_safe_name
from radicale_dirserver.tree.rows import RowWriter
from radicale_dirserver.wire.multistatus import Rows, status_row
from radicale_dirserver.wire.queries import MultigetQuery

# Safe, and told so by one look.
_PLAIN = r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,254}"
_PLAIN_NAME = re.compile(_PLAIN)
_PLAIN_NAMES = re.compile(rf"(?:{_PLAIN}\n)+")


def multiget(entries: Entries, query: MultigetQuery) -> Iterator[Rows]:
    """Return a row for each path, in the order asked; 404 for what isn't in this book."""
    writer = entries.writer(query.properties)
    paths = list(dict.fromkeys(query.paths))
    for start in range(0, len(paths), BATCH):
        yield from _batch(entries, writer, paths[start : start + BATCH])


def multiget_of_few(entries: Entries, query: MultigetQuery, glance: Glance) -> Sequence[Rows]:
    """Return the rows that ``multiget`` does, in one piece where all of them are there. ``entries`` are read at this glance.

    Raises NotAtHand.
    """
    writer = entries.writer(query.properties)
    spelling = writer.spelling
    if spelling is None:
        return tuple(multiget(entries, query))
    paths = list(dict.fromkeys(query.paths))
    names = _names(entries, paths)
    wanted = [name for name in names if name is not None]
    spelt, head = glance.spelt(entries.view, wanted, entries.form_of(writer), spelling), writer.head
    if len(wanted) == len(paths) and None not in spelt:
        return (head + head.join(cast("Sequence[bytes]", spelt)),)
    rows = dict(zip(wanted, spelt, strict=True))
    found = [rows.get(name) if name is not None else None for name in names]
    return [head + row if row is not None else _missing(path) for path, row in zip(paths, found, strict=True)]


def _batch(entries: Entries, writer: RowWriter, paths: list[str]) -> Iterator[Rows]:
    for path, row in zip(paths, entries.rows_in_order(_names(entries, paths), writer), strict=True):
        yield row if row is not None else _missing(path)


def _missing(path: str) -> str:
    return status_row(path, HTTPStatus.NOT_FOUND)


def _names(entries: Entries, paths: list[str]) -> Sequence[Href | None]:
    """Return the names of the entries at these paths; None for what can't be in this book."""
    here = entries.path
    return _names_below(here, paths) or [_name_below(here, path) or _name_in(entries, path) for path in paths]


def _names_below(here: str, paths: list[str]) -> list[Href] | None:
    """Return the names of entries of this book where all paths are spelt as the book's own; None where one isn't."""
    if not all(path.startswith(here) for path in paths):
        return None
    names = [Href(path[len(here) :]) for path in paths]
    lines = "\n".join(names) + "\n"
    # A path may hold the end of a line too: then there are more lines than names.
    return names if lines.count("\n") == len(names) and _PLAIN_NAMES.fullmatch(lines) is not None else None


def _name_below(here: str, path: str) -> Href | None:
    """Return the name of an entry of this book where the path is spelt as the book's own: nearly every one."""
    name = path[len(here) :] if path.startswith(here) else ""
    if _PLAIN_NAME.fullmatch(name) is not None:
        return Href(name)
    return Href(name) if "/" not in name and is_safe_name(name) else None


def _name_in(entries: Entries, path: str) -> Href | None:
    """Return the name of an entry of this book; a path into another book is not ours to answer."""
    mount = entries.asked.request.mount
    if not path.startswith(f"{mount}/"):
        return None
    place = find_place(path[len(mount) :])
    if not isinstance(place, ItemPlace):
        return None
    # The same book under another spelling of the login is the same book.
    same = BookPlace(entries.place.login, place.book.name) == entries.place and place.login.casefold() == entries.place.login.casefold()
    return place.href if same else None
