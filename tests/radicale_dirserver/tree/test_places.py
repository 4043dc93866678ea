# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.names import Href, Slug
from radicale_dirserver.tree.places import BookPlace, Home, ItemPlace, Root, find_place, name_at_home, slug_of

BOOK = BookPlace("ada", "people")


@pytest.mark.parametrize(
    "path, place",
    [
        ("/", Root()),
        ("", Root()),
        ("/ada", Home("ada")),
        ("/ada/", Home("ada")),
        ("/ada/people", BOOK),
        ("/ada/people/", BOOK),
        ("/ada/people/x.vcf", ItemPlace(BOOK, Href("x.vcf"))),
        ('/ada/people/O\'Brien: 100% "ö" \N{GRINNING FACE}.vcf', ItemPlace(BOOK, Href('O\'Brien: 100% "ö" \N{GRINNING FACE}.vcf'))),
    ],
)
def test_a_path_names_a_place(path, place):
    assert find_place(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "/ada//people/",
        "/ada/../bruno/",
        "/ada/./people/",
        "/ada/people/x.vcf/",
        "/ada/people/a/b.vcf",
        "/ada/people/a\x00b",
        "/ada/people/a\nb",
        "/ada/people/a\u2028b",
        "/ada/people/" + "x" * 256,
        "/ada/people/..",
        "/a\udc80b/",
    ],
)
def test_a_trick_names_nothing(path):
    assert find_place(path) is None


@pytest.mark.parametrize("path", ["/", "/ada/", "/ada/people/", "/ada/people/x y.vcf"])
def test_a_place_knows_its_path(path):
    place = find_place(path)
    assert place is not None
    assert place.path == path


def test_the_personal_book_is_called_contacts_at_home():
    assert name_at_home(Slug("~ada")) == "contacts"
    assert slug_of("contacts", "ada") == "~ada"


def test_the_gateway_leads_to_the_people():
    assert slug_of("directory", "ada") == "people"
    assert slug_of("clients", "ada") == "clients"
