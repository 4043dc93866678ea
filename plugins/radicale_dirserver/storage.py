# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's storage plugin: the directory as collections and items.

Our own application answers what is asked most from finished bytes and comes here for the rest; Radicale's own application
works on this alone, which is how its answers check ours. Rules of this file: no state on the storage (Radicale makes it
twice and shares it between threads); Radicale reads properties after it has released its lock, so a collection carries the
principal and asks anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from radicale.config import Configuration
from radicale.item import Item as RadicaleItem
from radicale.storage import BaseCollection, BaseStorage

from dirserver.directory.directory import Directory
from dirserver.errors import NotFound
from dirserver.model.principal import Principal
from radicale_dirserver.collection import BookCollection, PlainCollection
from radicale_dirserver.current import bound, principal_asking, principal_named
from radicale_dirserver.opening import parts_of
from radicale_dirserver.tree.books import asked_book, home_books
from radicale_dirserver.tree.places import GATEWAY, BookPlace, Home, ItemPlace, Root, find_place

CollectionOrItem = BaseCollection | RadicaleItem


class Storage(BaseStorage):
    """All that the one whose request is worked on may see. Loaded by name it opens the directory itself."""

    _is_collision_free = True
    _supports_unicode = True
    _supports_trailing_whitespace = True
    _supports_problematic_chars = True

    def __init__(self, configuration: Configuration, directory: Directory | None = None) -> None:
        super().__init__(configuration)
        self._directory = directory or parts_of(configuration).directory

    def discover(
        self,
        path: str,
        depth: str = "0",
        child_context_manager: Callable[[str, str | None], AbstractContextManager[None]] | None = None,
        user_groups: set[str] = set(),  # noqa: B006 - Radicale's signature
    ) -> Iterator[CollectionOrItem]:
        """Find what lies at a path, and with any other depth than "0" what it holds. Lazy: Radicale often takes the first only."""
        place = find_place(path)
        principal = principal_asking()
        if place is None or principal is None or not (isinstance(place, Root) or place.login.casefold() == principal.login.casefold()):
            return
        match place:
            case Root():
                yield PlainCollection("")
                if depth != "0":
                    yield PlainCollection(principal.login)
            case Home():
                yield PlainCollection(place.login)
                if depth != "0":
                    yield from self._books(place, principal)
            case BookPlace():
                yield from self._book(place, principal, depth)
            case ItemPlace():
                yield from (each for book in self._book(place.book, principal, "0") for each in book.named([place.href]))

    def move(self, item: RadicaleItem, to_collection: BaseCollection, to_href: str) -> None:
        """Refuse: an entry has one book, and its history stays there."""
        raise ValueError("entries are not moved between books")

    def create_collection(
        self, href: str, items: Iterable[RadicaleItem] | None = None, props: Mapping[str, str] | None = None
    ) -> tuple[BaseCollection, dict[str, RadicaleItem], list[str]]:
        """Refuse: books are made by administrators. A person's home needs no making."""
        place = find_place(href)
        if isinstance(place, Home) and items is None and props is None:
            return PlainCollection(place.login), {}, []
        raise ValueError("books are made by administrators")

    @contextmanager
    def acquire_lock(
        self, mode: str, user: str = "", *, path: str = "", to_path: str = "", request: str = "", actor: str = ""
    ) -> Iterator[None]:
        """Lock nothing: each question is one snapshot and each change one transaction of the directory."""
        with bound(principal_named(user)):
            yield

    def verify(self) -> bool:
        """Say that all is well: ``dirserver check`` looks closer."""
        return True

    def _books(self, place: Home, principal: Principal) -> Iterator[BookCollection]:
        with self._directory.reading(principal) as reading:
            found = [
                BookCollection(self._directory, principal, book, view, reading.token(view)) for book, view in home_books(place, reading)
            ]
        yield from found

    def _book(self, place: BookPlace, principal: Principal, depth: str) -> Iterator[BookCollection]:
        if place.name == GATEWAY:
            return
        try:
            with self._directory.reading(principal) as reading:
                view = asked_book(place, reading)
                found = BookCollection(self._directory, principal, place, view, reading.token(view))
        except NotFound:
            return
        yield found
        if depth != "0":
            yield from found.get_all()  # type: ignore[misc]
