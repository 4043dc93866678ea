# SPDX-License-Identifier: GPL-3.0-or-later

import re

import pytest
from flask import Flask

from dirserver.web.shell.session import PUBLIC_ENDPOINTS
from dirserver.wiring import Parts
from tests.web.visitor import Visitor


def cookie(page, name: str) -> str:
    return next(each for each in page.answer.headers.getlist("Set-Cookie") if each.startswith(name + "="))


def test_over_tls_the_cookie_is_bound_to_the_host(app: Flask):
    page = Visitor(app, scheme="https", address="203.0.113.9").sign_in("ada")
    found = cookie(page, "__Host-dirserver")
    assert "Secure" in found
    assert "Path=/" in found
    assert "Domain" not in found
    assert "Expires" not in found


def test_on_loopback_the_cookie_travels_without_tls(app: Flask):
    assert "Secure" not in cookie(Visitor(app).sign_in("ada"), "dirserver")


def test_every_page_but_a_few_asks_for_a_sign_in(app: Flask, nobody: Visitor):
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC_ENDPOINTS:
            continue
        path = re.sub(r"<\w+>", "ada", re.sub(r"<int:\w+>", "1", rule.rule.replace("<slug>", "clients")))
        assert "<" not in path
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            page = nobody.open(path) if method == "GET" else nobody.send(path, {})
            assert page.status == 303, path
            assert page.location.startswith("/sign-in"), path
            asked += 1
    assert asked > 15


def test_what_is_public_exists(app: Flask):
    assert set(app.view_functions) >= PUBLIC_ENDPOINTS


def test_one_comes_back_to_the_page_that_one_wanted(nobody: Visitor):
    page = nobody.open("/people/bruno?x=1")
    assert page.location == "/sign-in?next=/people/bruno?x%3D1"
    assert nobody.sign_in("ada", to="/people/bruno").location == "/people/bruno"


def test_a_closed_account_is_out_at_once(ada: Visitor, parts: Parts):
    assert ada.open("/").status == 200
    parts.identity.close_account("ada")
    assert ada.open("/").status == 303


def test_a_new_password_ends_the_other_sessions(ada: Visitor, parts: Parts):
    parts.identity.set_password("ada", "a-new-and-long-password")
    assert ada.open("/").location.startswith("/sign-in")


@pytest.mark.parametrize("value", ["", "nonsense", "é", "x" * 3900])
def test_a_cookie_that_we_did_not_give_is_nobody(app: Flask, value):
    visitor = Visitor(app)
    visitor.client.set_cookie("dirserver", value, domain="localhost")
    assert visitor.open("/").status == 303


def test_a_script_that_wants_a_part_of_a_page_is_told_plainly(nobody: Visitor):
    assert nobody.open("/?q=ada&part=results").status == 401
