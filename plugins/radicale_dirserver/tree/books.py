# SPDX-License-Identifier: GPL-3.0-or-later
"""The books of a home: which there are, in which order, under which names."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView
from dirserver.errors import NotFound
from dirserver.model.book import BookKind
from dirserver.model.principal import Principal
from dirserver.model.profile import Gal
from radicale_dirserver.tree.places import GATEWAY, PEOPLE, BookPlace, Home, Place, Root, name_at_home, slug_of

# macOS shows one book only and takes the first; a phone suggests the first for new contacts: so the person's own comes first.
_ORDER = {BookKind.PERSONAL: 0, BookKind.SHARED: 1, BookKind.PEOPLE: 2}


def require_own_home(place: Place, principal: Principal) -> None:
    """Raise NotFound unless the place is the root or in the asker's own home: other homes don't exist, whoever they might be of.

    Logins are the same in any case.
    """
    if not isinstance(place, Root) and place.login.casefold() != principal.login.casefold():
        raise NotFound("There is nothing here.")


def home_books(home: Home, reading: Reading) -> Iterator[tuple[BookPlace, BookView]]:
    """Return what the home holds: the personal book, the shared ones by name, the people last."""
    shown = (*reading.books(), *reading.label_books())
    for view in sorted(shown, key=lambda view: _ORDER[view.book.kind]):
        # The people may come by the gateway alone, or not at all, as the client's profile says.
        if view.book.kind is not BookKind.PEOPLE or reading.profile.gal is Gal.SYNCED:
            yield BookPlace(home.login, name_at_home(view.slug)), view


def asked_book(place: BookPlace, reading: Reading) -> BookView:
    """Return the book at a place in the asker's own home. Raises NotFound for a hidden one as for a missing one."""
    if place.name.startswith("~"):
        raise NotFound("There is no such book.")
    view = reading.book(slug_of(place.name, reading.principal.login))
    if view.book.kind is BookKind.PEOPLE and not _gives(reading.profile.gal, place):
        raise NotFound("There is no such book.")
    return view


def people_at(reading: Reading) -> str | None:
    """Return where in the home the cards of people are for the asker's program, None where it isn't given them."""
    return {Gal.SYNCED: PEOPLE, Gal.GATEWAY: GATEWAY}.get(reading.profile.gal)


def _gives(gal: Gal, place: BookPlace) -> bool:
    """Tell whether a profile gives the people at this place: what the gateway finds is named below its own address."""
    return gal is Gal.SYNCED or (gal is Gal.GATEWAY and is_gateway(place))


def is_gateway(place: BookPlace) -> bool:
    """Tell whether the place is the search-only address of the people."""
    return place.name == GATEWAY
