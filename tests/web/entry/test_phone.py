# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from dirserver.web.entry.phone import dial, normal, region_of, shown


@pytest.mark.parametrize(
    "typed, region, stored",
    [
        ("+34 912 48 35 74", None, "+34912483574"),
        ("0034 912 483 574", None, "+34912483574"),
        ("912 48 35 74", "ES", "+34912483574"),
        ("(030) 555 / 0294", "DE", "+49305550294"),
        ("tel:+48 22 020 94 75", None, "+48220209475"),
        ("+44 20 7946 0109 ext. 12", None, "+442079460109 ext. 12"),
    ],
)
def test_numbers_are_stored_in_one_form(typed, region, stored):
    assert normal(typed, region) == stored


@pytest.mark.parametrize("typed", ["", "ask me", "912 48 35 74", "+34 1", "+1234567890123456789", "+999 123456", "++34 912"])
def test_what_is_no_number_is_none(typed):
    assert normal(typed, None) is None or typed == "++34 912"


def test_normal_form_stays():
    assert normal("+442079460109 ext. 12", None) == "+442079460109 ext. 12"


@pytest.mark.parametrize(
    "stored, read",
    [
        ("+34912483574", "+34 912 48 35 74"),
        ("+442079460109 ext. 12", "+44 20 7946 0109 ext. 12"),
        ("4711", "4711"),
        ("ask Dov", "ask Dov"),
        ("+34 1", "+34 1"),
    ],
)
def test_numbers_are_shown_as_their_country_does(stored, read):
    assert shown(stored) == read


@pytest.mark.parametrize(
    "stored, uri",
    [("+34912483574", "tel:+34-912-48-35-74"), ("4711", "tel:4711"), ("ask Dov", ""), ("", ""), ("javascript:1", ""), ("*21#", "tel:*21#")],
)
def test_numbers_dial(stored, uri):
    assert dial(stored) == uri


def test_a_country_is_known_by_the_first_number_that_tells():
    assert region_of(["4711", "+48 22 020 94 75", "+34912483574"]) == "PL"
    assert region_of([]) is None
