# SPDX-License-Identifier: GPL-3.0-or-later
"""Do all doors show the same? Each asks the directory in its own way; here they are asked side by side, in one snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Search
from dirserver.model.names import ETag, Href

_PIECE = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What one way of asking shows of a book; ``digest`` is equal for two ways that show the same entries in the same state."""

    way: str
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One book, as each way of asking shows it. ``counted`` is what the book itself says it holds."""

    book: str
    name: str
    counted: int
    shown: tuple[Shown, ...]

    @property
    def agrees(self) -> bool:
        """Tell whether all ways show the same."""
        return len({(each.count, each.digest) for each in self.shown} | {(self.counted, self.shown[0].digest)}) == 1


def compare(reading: Reading) -> Iterator[Compared]:
    """Compare every book that shows."""
    for book in reading.books():
        shown = tuple(_shown(way, pairs(reading, book)) for way, pairs in _WAYS.items())
        yield Compared(book.slug, book.name, reading.count(book, with_groups=True), shown)


def _listed(reading: Reading, book: BookView) -> Iterator[tuple[Href, ETag]]:
    return ((each.href, each.etag) for each in reading.listing(book))


def _synced(reading: Reading, book: BookView) -> Iterator[tuple[Href, ETag]]:
    return ((each.href, each.etag) for each in reading.changes(book, None).changed)


def _found(reading: Reading, book: BookView) -> Iterator[tuple[Href, ETag]]:
    return ((each.href, each.etag) for each in reading.search(Search(books=(book.slug,))).entries)


def _rendered(reading: Reading, book: BookView) -> Iterator[tuple[Href, ETag]]:
    return ((each.href, each.etag) for each in reading.renderings(book, None))


def _followed(reading: Reading, book: BookView) -> Iterator[tuple[Href, ETag]]:
    # As programs follow the API's feed: piece by piece, and what changed is then read.
    token, more = None, True
    shown: dict[Href, ETag] = {}
    while more:
        told = reading.changes(book, token, _PIECE)
        for href in told.gone:
            shown.pop(href, None)
        shown |= {each.href: each.etag for each in reading.at(book, [each.href for each in told.changed])}
        token, more = told.token, told.is_truncated
    return iter(shown.items())


def _exported(reading: Reading, book: BookView) -> Iterator[tuple[Href, ETag]]:
    # As exports walk through a book: page by page.
    offset = 0
    while page := reading.search(Search(books=(book.slug,), limit=_PIECE, offset=offset)).entries:
        yield from ((each.href, each.etag) for each in page)
        offset += len(page)


_WAYS: dict[str, Callable[[Reading, BookView], Iterable[tuple[Href, ETag]]]] = {
    "CardDAV listing": _listed,
    "CardDAV sync": _synced,
    "LDAP search": _found,
    "vCards": _rendered,
    "API changes": _followed,
    "export": _exported,
}


def _shown(way: str, pairs: Iterable[tuple[Href, ETag]]) -> Shown:
    lines = sorted(f"{href}\0{etag}" for href, etag in pairs)
    return Shown(way, len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16])
