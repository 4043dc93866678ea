# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.model.client import Family
from dirserver.model.principal import Door
from dirserver.web.shell.titles import book_title, door_name, program_name
from tests.web.visitor import Visitor


@pytest.fixture
def polish(app: Flask):
    with app.test_request_context(headers={"Accept-Language": "pl"}):
        yield


@pytest.mark.usefixtures("polish")
def test_the_people_and_ones_own_contacts_are_called_so_in_each_language():
    assert book_title("people", "People") == "Ludzie"
    assert book_title("~ada", "Contacts") == "Moje kontakty"
    assert book_title("clients", "People") == "People"


@pytest.mark.usefixtures("polish")
def test_programs_are_called_so_in_each_language_and_strange_ones_as_they_are():
    assert program_name(Family.IOS) == program_name(Family.IOS.label) == "iPhone i iPad"
    assert program_name(Family.OTHER) == "każdy inny program"
    assert program_name("Sync/1.0") == "Sync/1.0"
    names = {family: program_name(family) for family in Family}
    assert {family for family, name in names.items() if name == family.label} == {Family.OUTLOOK, Family.VDIRSYNCER}


@pytest.mark.usefixtures("polish")
def test_ways_in_are_called_so_in_each_language():
    assert {door for door in Door if door_name(door) == door} == set()
    assert door_name("dav") == door_name(Door.DAV)
    assert door_name("window") == "window"


def test_titles_of_pages_about_a_book_speak_the_language(chika: Visitor):
    for path in ("/books/~chika", "/book/~chika/labels", "/book/~chika/trash", "/book/people/new", "/book/people/files"):
        html = chika.open(path, headers={"Accept-Language": "pl"}).html
        title = html[html.index("<title>") : html.index("</title>")]
        assert "Moje kontakty" in title or "Ludzie" in title
