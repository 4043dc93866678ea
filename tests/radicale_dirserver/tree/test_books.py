# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import NotFound
from dirserver.model.book import BookKind
from dirserver.model.names import Href
from dirserver.model.principal import Principal
from radicale_dirserver.tree.books import asked_book, home_books, is_gateway, require_own_home
from radicale_dirserver.tree.places import BookPlace, Home, ItemPlace, Root
from tests.parts import CoreParts


def test_ones_own_book_comes_first_and_the_people_last(core: CoreParts, ada: Principal):
    with core.directory.writing(Principal.system()) as writing:
        for slug in ("zebra", "apples"):
            writing.add_book(slug, BookKind.SHARED, slug.title())
    with core.directory.reading(Principal.system()) as reading:
        assert len(reading.books()) > 3
    with core.directory.reading(ada) as reading:
        kinds = [view.book.kind for _, view in home_books(Home("ada"), reading)]
    assert kinds[0] is BookKind.PERSONAL
    assert kinds[-1] is BookKind.PEOPLE


def test_a_book_is_found_under_its_name_at_home(core: CoreParts, ada: Principal):
    with core.directory.reading(ada) as reading:
        assert asked_book(BookPlace("ada", "contacts"), reading).slug == "~ada"
        assert asked_book(BookPlace("ada", "people"), reading).slug == "people"
        assert asked_book(BookPlace("ada", "directory"), reading).slug == "people"
        for name in ("~ada", "~bruno", "none"):
            with pytest.raises(NotFound):
                asked_book(BookPlace("ada", name), reading)


@pytest.mark.parametrize("place", [Root(), Home("ada"), Home("ADA"), BookPlace("ada", "x"), ItemPlace(BookPlace("ada", "x"), Href("y"))])
def test_ones_own_home_is_open(ada: Principal, place):
    require_own_home(place, ada)


@pytest.mark.parametrize("place", [Home("bruno"), BookPlace("bruno", "x"), ItemPlace(BookPlace("ada ", "x"), Href("y"))])
def test_other_homes_are_not_there(ada: Principal, place):
    with pytest.raises(NotFound):
        require_own_home(place, ada)


def test_the_gateway_is_known_by_its_name():
    assert is_gateway(BookPlace("ada", "directory"))
    assert not is_gateway(BookPlace("ada", "people"))
