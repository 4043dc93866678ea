# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.card.reader import read
from dirserver.care.checks import Around, Code, Departments, Standards, check, standing
from dirserver.demo.people import make_people

NOBODY = Around(lambda _: False, lambda _: False)
FINE = {"cn": "Ana Ruiz", "givenName": "Ana", "sn": "Ruiz", "mobile": "+34600111222", "mail": "a@example.com"}


def codes(around: Around = NOBODY, required: tuple[str, ...] = (), **values: str) -> set[Code]:
    card = from_attributes({name: (text,) for name, text in (FINE | values).items() if text}, uid="x")
    return {one.code for one in check("x", card, standing(card), Standards(required), around)}


@pytest.mark.parametrize(
    "values, expected",
    [
        ({}, set()),
        ({"mail": "a@@example.com"}, {Code.MAIL}),
        ({"mobile": "call reception"}, {Code.PHONE}),
        ({"mobile": ""}, {Code.NO_NUMBER}),
        ({"mobile": "600 111 222"}, {Code.SPELLING}),
        ({"labeledURI": "javascript:alert(1)"}, {Code.LINK}),
        ({"title": "  Lead  of "}, {Code.SPACE}),
        ({"title": "Engi\u200bneer"}, {Code.UNSEEN}),
        ({"description": '=HYPERLINK("http://x","y")'}, {Code.FORMULA}),
        ({"cn": "ANA RUIZ", "sn": "Ruiz"}, {Code.CAPITALS}),
        ({"cn": "qwerty", "givenName": "qwerty", "sn": "Test"}, {Code.FAKE}),
        ({"cn": "Ana", "sn": ""}, {Code.ONE_NAME}),
        ({"street": "Rua 1"}, {Code.ADDRESS}),
        ({"l": "Porto", "postalCode": "none"}, {Code.ADDRESS}),
    ],
)
def test_each_defect_is_found_and_nothing_else(values: dict[str, str], expected: set[Code]) -> None:
    assert codes(**values) == expected


def test_what_a_company_requires_and_who_leads_whom() -> None:
    assert codes(required=("cn", "title")) == {Code.REQUIRED}
    led = "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert codes(Around(lambda _: True, lambda _: False), manager=led) == {Code.MANAGER_GONE}
    assert codes(Around(lambda _: False, lambda _: True), manager=led) == {Code.MANAGER_CYCLE}
    assert codes(manager="Somebody") == {Code.MANAGER_GONE}
    spelt = Departments({"sales": 40, "slaes": 1, "legal": 2}, ())
    assert spelt == {"slaes": "sales"}
    assert Departments({"sales": 40, "slaes": 1, "kitchen": 2}, ("Sales",)) == {"sales": "Sales", "slaes": "Sales", "kitchen": ""}
    assert codes(Around(lambda _: False, lambda _: False, {"slaes": "Sales"}), ou="Slaes") == {Code.DEPARTMENT}


def test_a_photo_that_cannot_be_decoded_is_told() -> None:
    card = read(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nTEL:+34600111222\r\nPHOTO;ENCODING=b:!!\r\nEND:VCARD\r\n")
    assert {one.code for one in check("x", card, standing(card), Standards(), NOBODY)} == {Code.PHOTO}


def test_nobody_of_the_sample_company_is_told_of() -> None:
    for person in make_people(100):
        card = from_attributes({name: values for name, values in person.attributes.items() if name != "manager"}, uid="x")
        assert list(check("x", card, standing(card), Standards(), NOBODY)) == []
