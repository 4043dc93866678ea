# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.wiring import Parts
from tests.web.visitor import Visitor

GOOD = "four words in a row"


@pytest.fixture
def link(parts: Parts) -> str:
    return f"/welcome/{parts.identity.make_password_link('admin')}"


def test_the_link_sets_the_password_and_signs_in(nobody: Visitor, app: Flask, link):
    page = nobody.fill_in(link, link, password=GOOD, again=GOOD)
    assert (page.status, page.location) == (303, "/")
    assert "Administrator" in nobody.open("/").text or "Admin" in nobody.open("/").text
    assert Visitor(app).sign_in("admin", GOOD).status == 303


def test_the_link_works_once(nobody: Visitor, app: Flask, link):
    nobody.fill_in(link, link, password=GOOD, again=GOOD)
    late = Visitor(app)
    page = late.open(link)
    assert page.status == 410
    assert "used already" in page.text
    token = late.open("/sign-in").form("/sign-in").filled()
    assert late.send(link, {**token, "password": GOOD, "again": GOOD}).status == 410


def test_an_invented_link_is_none(nobody: Visitor):
    assert nobody.open("/welcome/invented").status == 410


@pytest.mark.parametrize(
    "password, again, told",
    [("", "", "Choose a password."), ("fourteen chars", "fourteen chars", "too short"), (GOOD, GOOD + "!", "not the same")],
)
def test_a_password_that_will_not_do_is_explained_and_the_link_still_holds(nobody: Visitor, link, password, again, told):
    page = nobody.fill_in(link, link, password=password, again=again)
    assert page.status == 422
    assert told in page.text
    assert nobody.fill_in(link, link, password=GOOD, again=GOOD).status == 303


def test_no_password_is_set_over_an_open_line(app: Flask, link):
    far = Visitor(app, address="203.0.113.9")
    page = far.open(link)
    assert "isn't encrypted" in page.text
    token = far.open("/sign-in").form("/sign-in").filled()
    assert far.send(link, {**token, "password": GOOD, "again": GOOD}).status == 422
    assert Visitor(app).fill_in(link, link, password=GOOD, again=GOOD).status == 303
