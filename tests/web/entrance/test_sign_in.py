# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.wiring import Parts
from tests.cast import device_of, password_of
from tests.web.visitor import Visitor


def test_ada_signs_in_and_out(nobody: Visitor):
    page = nobody.sign_in("ada")
    assert (page.status, page.location) == (303, "/")
    assert nobody.open("/").status == 200
    left = nobody.fill_in("/", "/sign-out")
    assert left.status == 303
    assert left.answer.headers["Clear-Site-Data"] == '"cache"'
    assert nobody.open("/").status == 303
    assert "You are signed out." in nobody.open("/sign-in").text


@pytest.mark.parametrize("login", ["ADA", "ada@example.com", " ada "])
def test_case_and_mail_address_are_fine(nobody: Visitor, login):
    assert nobody.sign_in(login, password_of("ada")).status == 303


def test_wrong_is_wrong_whoever_is_asked_for(app: Flask):
    pages = [
        Visitor(app).sign_in(login, password)
        for login, password in (("ada", "wrong"), ("nobody-at-all", "wrong"), ("finn", password_of("finn")), ("ada", device_of("ada")))
    ]
    assert {page.status for page in pages} == {401}
    assert {page.text.split("Sign in", 2)[2] for page in pages} == {pages[0].text.split("Sign in", 2)[2]}
    assert "don't fit" in pages[0].text
    assert all("Set-Cookie" not in page.answer.headers for page in pages)


def test_the_password_is_never_sent_back(nobody: Visitor):
    assert "my-secret-typo" not in nobody.sign_in("ada", "my-secret-typo").html


def test_empty_fields_are_named(nobody: Visitor):
    page = nobody.fill_in("/sign-in", "/sign-in", login="", password="")
    assert page.status == 422
    assert "Type your password." in page.text


def test_too_many_failures_are_told_with_the_time_to_wait(nobody: Visitor):
    pages = [nobody.sign_in("ada", f"guess {number}") for number in range(11)]
    assert pages[-1].status == 429
    assert "Try again in" in pages[-1].text
    assert int(pages[-1].answer.headers["Retry-After"]) > 0


def test_a_password_does_not_travel_unencrypted(app: Flask):
    far = Visitor(app, address="203.0.113.9")
    assert "isn't encrypted" in far.open("/sign-in").text
    assert far.sign_in("ada").status == 403
    assert Visitor(app, scheme="https", address="203.0.113.9").sign_in("ada").status == 303


def test_signing_in_again_ends_the_session_before(app: Flask, parts: Parts):
    visitor = Visitor(app)
    visitor.sign_in("ada")
    old = visitor.client.get_cookie("dirserver", domain="localhost").value
    form = visitor.open("/").form("/sign-out").filled(login="bruno", password=password_of("bruno"))
    assert visitor.send("/sign-in", form).status == 303
    assert parts.identity.session(old) is None
    assert visitor.client.get_cookie("dirserver", domain="localhost").value != old


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example/x", "/\\evil.example"])
def test_nobody_is_led_away_after_signing_in(nobody: Visitor, target):
    assert nobody.sign_in("ada", to=target).location == "/"


def test_who_is_signed_in_goes_on(ada: Visitor):
    assert ada.open("/sign-in?next=/people/bruno").location == "/people/bruno"
