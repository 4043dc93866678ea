# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from dirserver.store.accounts import factors
from dirserver.wiring import Parts
from tests.cast import password_of
from tests.web.security.enrolling import APP, enrol
from tests.web.visitor import Visitor

PAGE = "/me/security/password"
NEW = "four words in a row"


def test_another_password_signs_all_other_browsers_out_but_not_this_one(app: Flask, signed_in: Callable[[str], Visitor]) -> None:
    here, elsewhere = signed_in("ada"), signed_in("ada")
    before = here.client.get_cookie("dirserver")
    page = here.fill_in(PAGE, PAGE, present=password_of("ada"), password=NEW, again=NEW)
    assert (page.status, page.location) == (303, "/me/security")
    after = here.client.get_cookie("dirserver")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert "all other browsers are signed out" in here.open("/me/security").text
    assert elsewhere.open("/me/security").status == 303
    assert Visitor(app).sign_in("ada", NEW).status == 303


def test_whose_password_it_is_stands_before_all_of_them(ada: Visitor) -> None:
    html = ada.open(PAGE).html
    assert 0 < html.index('autocomplete="username"') < html.index('type="password"')


def test_what_will_not_do_is_explained(ada: Visitor) -> None:
    for typed, status, told in (
        ({"present": "wrong", "password": NEW, "again": NEW}, 401, "not your password"),
        ({"password": "short", "again": "short"}, 422, "at least 15 characters"),
        ({"password": "password12345678", "again": "password12345678"}, 422, "tried first"),
        ({"password": NEW, "again": NEW + "!"}, 422, "not the same"),
    ):
        page = ada.fill_in(PAGE, PAGE, **{"present": password_of("ada"), **typed})
        assert page.status == status
        assert told in page.text


def _shorten(parts: Parts) -> None:
    """Let Ada's password be one that is too short without a second factor."""
    with parts._store.writing() as tx:
        factors.note_length(tx, parts.identity.account("ada").id, is_short=True)


def test_who_lost_the_second_factor_and_has_a_short_password_can_only_choose_a_longer_one(ada: Visitor, parts: Parts) -> None:
    _shorten(parts)
    for path in ("/", "/me/devices", "/me/security"):
        assert ada.open(path).location == PAGE
    assert "Choose a longer one" in ada.open(PAGE).text
    assert ada.fill_in(PAGE, PAGE, present=password_of("ada"), password=NEW, again=NEW).location == "/me/security"
    assert ada.open("/me/security").status == 200


def test_the_last_factor_goes_when_the_password_is_long_enough_without(ada: Visitor, parts: Parts) -> None:
    enrol(ada)
    _shorten(parts)
    page = ada.fill_in(APP, f"{APP}/remove").location
    assert page == f"{PAGE}?alone=y"
    refused = ada.fill_in(page, PAGE, present=password_of("ada"), password="owl7 fog", again="owl7 fog")
    assert "at least 15 characters" in refused.text
    assert ada.fill_in(page, PAGE, present=password_of("ada"), password=NEW, again=NEW).location == "/me/security"
    assert ada.fill_in(APP, f"{APP}/remove").location == "/me/security"
    assert not parts.second_factor.state("ada").is_on
