# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.cast import password_of
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
