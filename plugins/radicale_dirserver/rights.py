# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's rights plugin: levels as its letters (``radicale/rights/__init__.py``). The only file that knows those letters.

The directory decides again on every single change; the letters let Radicale tell clients beforehand.
"""

from __future__ import annotations

from radicale.config import Configuration
from radicale.rights import BaseRights

from dirserver.directory.directory import Directory
from dirserver.errors import NotFound
from dirserver.model.book import Level
from radicale_dirserver.current import principal_named
from radicale_dirserver.opening import parts_of
from radicale_dirserver.tree.books import asked_book, is_gateway
from radicale_dirserver.tree.places import GroupPlace, Home, ItemPlace, RegistrationPlace, Root, find_place

_READ_COLLECTION = "R"
_READ_BOOK = "r"
_WRITE_BOOK = "w"
_LOCK_PROPERTIES = "l"


class Rights(BaseRights):
    """Says what the one whose request is worked on may do. Loaded by name it opens the directory itself."""

    def __init__(self, configuration: Configuration, directory: Directory | None = None) -> None:
        super().__init__(configuration)
        self._directory = directory or parts_of(configuration).directory

    def authorization(self, user: str, user_groups: set[str], path: str) -> str:
        """Return Radicale's letters for a path, none for what doesn't show."""
        place = find_place(path)
        principal = principal_named(user)
        if principal is None or place is None:
            return ""
        if isinstance(place, Root):
            return _READ_COLLECTION
        if place.login.casefold() != principal.login.casefold():
            return ""
        if isinstance(place, Home):
            return _READ_COLLECTION + _LOCK_PROPERTIES
        if isinstance(place, GroupPlace | RegistrationPlace):
            return ""
        book = place.book if isinstance(place, ItemPlace) else place
        if is_gateway(book):
            return ""
        try:
            with self._directory.reading(principal) as reading:
                level = asked_book(book, reading).level
        except NotFound:
            return ""
        return _READ_BOOK + _LOCK_PROPERTIES + (_WRITE_BOOK if level >= Level.EDIT else "")
