# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.model.principal import Principal
from dirserver.web.entry.row import TINTS, initials_of, row_of, tint_of
from dirserver.wiring import Parts
from tests.cast import uuid_of


@pytest.mark.parametrize(
    "name, initials",
    [
        ("Ada Łukasińska", "AŁ"),
        ("Maria da Silva e Costa", "MC"),
        ("ŝmidt", "Ŝ"),
        ("Dr. O'Hara (Sales)", "DO"),
        ("", ""),
        ("123 456", ""),
        ("李 小龍", "李小"),
    ],
)
def test_initials_are_those_of_the_first_and_the_last_word(name, initials):
    assert initials_of(name) == initials


def test_a_tint_stays_the_same_and_within_the_palette():
    assert tint_of("ada") == tint_of("ada")
    assert {tint_of(str(number)) for number in range(500)} == set(range(TINTS))


def test_a_row_says_what_a_phone_book_says(app: Flask, parts: Parts):
    with app.test_request_context(), parts.directory.reading(Principal.system()) as reading:
        row = row_of(reading.find(uuid_of("ada")))
    assert (row.url, row.name, row.title, row.department) == ("/people/ada", "Ada Łukasińska", "Account Manager", "Sales")
    assert (row.phone, row.mail) == ("+49 30 5550294", "ada@example.com")
    assert (row.face.photo_url, row.face.initials, row.face.is_round) == ("", "AŁ", True)


def test_without_a_work_phone_the_mobile_stands_in(app: Flask, parts: Parts, change):
    change("ada", telephoneNumber=None)
    with app.test_request_context(), parts.directory.reading(Principal.system()) as reading:
        assert row_of(reading.find(uuid_of("ada"))).phone == "+49 1515550101"
