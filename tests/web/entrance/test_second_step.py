# SPDX-License-Identifier: GPL-3.0-or-later
"""The second step as somebody meets it on the pages."""

from __future__ import annotations

from flask import Flask

from dirserver.identity import totp
from dirserver.wiring import Parts
from tests.web.security.enrolling import APP, CODE, enrol, now_us
from tests.web.visitor import Visitor


def test_signing_in_takes_two_steps_and_the_first_opens_nothing(app: Flask, ada: Visitor):
    seed, page = enrol(ada)
    recovery = CODE.findall(page.text)
    visitor = Visitor(app)
    half = visitor.sign_in("ada", to="/people/bruno")
    assert (half.status, half.location) == (303, "/sign-in/second?next=/people/bruno")
    for path in ("/", "/people/ada", "/me/security", APP, "/me/devices"):
        assert visitor.open(path).location.partition("?")[0] == "/sign-in"
    wrong = visitor.fill_in(half.location, "/sign-in/second", code="000000")
    assert wrong.status == 401
    assert "doesn't fit" in wrong.text
    code = totp.code_at(seed, now_us())
    done = visitor.fill_in(half.location, "/sign-in/second", code=code)
    assert (done.status, done.location) == (303, "/people/bruno")
    assert visitor.open("/people/bruno").status == 200
    # The half sign-in is used up, and so is the code; a recovery code does it once.
    other = Visitor(app)
    other.sign_in("ada")
    assert other.fill_in("/sign-in/second", "/sign-in/second", code=code).status == 401
    assert other.fill_in("/sign-in/second", "/sign-in/second", code=recovery[0]).status == 303
    assert "9 codes are left." in other.open("/me/security").text


def test_a_link_that_sets_the_password_does_not_skip_the_second_step(app: Flask, ada: Visitor, parts: Parts):
    seed, _ = enrol(ada)
    path = f"/welcome/{parts.identity.make_password_link('ada')}"
    visitor = Visitor(app)
    page = visitor.fill_in(path, path, password="a new and long password", again="a new and long password")
    assert page.location.startswith("/sign-in/second")
    assert visitor.open("/me/security").status == 303
    assert visitor.fill_in(page.location, "/sign-in/second", code=totp.code_at(seed, now_us())).status == 303
    assert visitor.open("/me/security").status == 200


def test_the_second_step_without_a_first_leads_back_to_it(nobody: Visitor):
    assert nobody.open("/sign-in/second?next=/me").location == "/sign-in?next=/me"
    nobody.client.set_cookie("dirserver-half", "guess", domain="localhost")
    form = nobody.open("/sign-in").form("/sign-in").filled(code="000000")
    assert nobody.send("/sign-in/second", form).location.startswith("/sign-in")
