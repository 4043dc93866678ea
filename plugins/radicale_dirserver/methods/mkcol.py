# SPDX-License-Identifier: GPL-3.0-or-later
"""MKCOL and MKCALENDAR over what is there already (RFC 4918 section 9.3.1, RFC 4791 section 5.3.1); elsewhere no device makes anything."""

from __future__ import annotations

from dirserver.errors import NotFound
from radicale_dirserver.tree.asked import Asked
from radicale_dirserver.tree.books import asked_book, require_own_home
from radicale_dirserver.tree.places import BookPlace, ItemPlace


def is_taken(asked: Asked) -> bool:
    """Tell whether something is at the place, as far as the asker sees."""
    place = asked.place
    try:
        require_own_home(place, asked.principal)
        if not isinstance(place, BookPlace | ItemPlace):
            return True
        with asked.directory.reading(asked.principal) as reading:
            view = asked_book(place if isinstance(place, BookPlace) else place.book, reading)
            return isinstance(place, BookPlace) or bool(reading.listed(view, [place.href]))
    except NotFound:
        return False
