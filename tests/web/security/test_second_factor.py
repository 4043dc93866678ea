# SPDX-License-Identifier: GPL-3.0-or-later
"""The second factor as somebody meets it on the pages: without a script, in one browser or several."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask

from dirserver.identity import totp
from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts
from tests.cast import password_of
from tests.identity.second_factors import seed_of
from tests.web.visitor import Page, Visitor

APP = "/me/security/app"
CODE = re.compile(r"[a-z2-9]{6}(?:-[a-z2-9]{6}){3}")


def now_us(steps: int = 0) -> int:
    return time.time_ns() // 1000 + steps * 30_000_000


def enrol(visitor: Visitor) -> tuple[bytes, Page]:
    """Set an app up with the code of the step before, so that the next one is still good."""
    page = visitor.open(APP)
    if 'id="key"' not in page.html:
        visitor.send(f"{APP}/begin", page.form(f"{APP}/begin").filled())
        page = visitor.open(APP)
    found = re.search(r'id="key">([A-Z2-7 ]+)<', page.html)
    assert found is not None
    seed = seed_of(found[1])
    return seed, visitor.send(f"{APP}/confirm", page.form(f"{APP}/confirm").filled(code=totp.code_at(seed, now_us(-1))))


def test_an_app_is_set_up_and_the_recovery_codes_are_shown_once(ada: Visitor):
    assert "Set up" in ada.open("/me/security").text
    ada.fill_in(APP, f"{APP}/begin")
    drawn = ada.open(f"{APP}/qr.svg")
    assert (drawn.status, drawn.answer.mimetype) == (200, "image/svg+xml")
    wrong = ada.fill_in(APP, f"{APP}/confirm", code="000000")
    assert wrong.status == 422
    assert "doesn't fit" in wrong.text
    _, page = enrol(ada)
    codes = CODE.findall(page.text)
    assert len(codes) == 10
    saved = ada.open(next(link for link in page.links if "recovery-codes.txt" in link))
    assert saved.answer.text.splitlines()[2:] == codes
    overview = ada.open("/me/security")
    assert "10 codes are left." in overview.text
    assert not CODE.search(overview.text)
    assert ada.open(f"{APP}/qr.svg").status == 404


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
    done = visitor.fill_in(half.location, "/sign-in/second", code=totp.code_at(seed, now_us()))
    assert (done.status, done.location) == (303, "/people/bruno")
    assert visitor.open("/people/bruno").status == 200
    # The half sign-in is used up, and so is the code; a recovery code does it once.
    other = Visitor(app)
    other.sign_in("ada")
    assert other.fill_in("/sign-in/second", "/sign-in/second", code=totp.code_at(seed, now_us())).status == 401
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


def stale(parts: Parts, app: Flask, login: str = "ada") -> Visitor:
    """Somebody who signed in an hour ago."""
    account = parts.identity.account(login)
    secret = parts.identity.open_session(Principal(Door.WEB, account.id, account.login), address="127.0.0.1")
    with parts._store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE session SET proved_us = 0")
    visitor = Visitor(app)
    visitor.client.set_cookie("dirserver", secret, domain="localhost")
    return visitor


def test_an_old_session_shows_who_it_is_before_it_changes_anything(parts: Parts, app: Flask):
    visitor = stale(parts, app)
    asked = visitor.fill_in(APP, f"{APP}/begin")
    assert (asked.status, asked.location) == (303, f"/me/security/prove?next={APP}")
    assert parts.second_factor.pending("ada", issuer="x") is None
    assert visitor.fill_in(asked.location, "/me/security/prove", password="wrong").status == 401
    proved = visitor.fill_in(asked.location, "/me/security/prove", password=password_of("ada"))
    assert (proved.status, proved.location) == (303, APP)
    assert visitor.fill_in(APP, f"{APP}/begin").location == APP
    assert visitor.fill_in("/me/security/prove?next=//evil.example", "/me/security/prove", password=password_of("ada")).location == "/"


def test_what_is_set_up_is_shown_to_a_fresh_session_only(parts: Parts, app: Flask):
    parts.second_factor.begin("ada")
    pending = parts.second_factor.pending("ada", issuer="x")
    assert pending is not None
    visitor = stale(parts, app)
    assert pending.key not in visitor.open(APP).html
    assert visitor.open(f"{APP}/qr.svg").location.startswith("/me/security/prove")


def test_a_code_is_a_proof_too_and_it_can_be_turned_off(parts: Parts, app: Flask, ada: Visitor):
    seed, _ = enrol(ada)
    with parts._store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE session SET proved_us = 0")
    asked = ada.fill_in(APP, f"{APP}/remove")
    page = ada.open(asked.location)
    form = page.forms[-2]
    assert ("code", "") in form.fields
    assert ada.send("/me/security/prove", form.filled(code="000000")).status == 401
    assert ada.send("/me/security/prove", form.filled(code=totp.code_at(seed, now_us()))).location == APP
    ada.fill_in(APP, f"{APP}/remove")
    assert not parts.second_factor.state("ada").is_on
    assert "removed" in ada.open("/me/security").text


@pytest.fixture
def guarded(parts: Parts) -> None:
    """Ada's group asks for a second factor."""
    with parts.directory.writing(Principal.system()) as writing:
        writing.add_group("vault")
        writing.add_member("vault", str(parts.identity.account("ada").entry_uuid))
        writing.require_second_factor("vault", is_required=True)


@pytest.mark.usefixtures("guarded")
def test_who_must_have_one_is_led_to_it_and_can_do_nothing_else(app: Flask, parts: Parts):
    visitor = Visitor(app)
    visitor.sign_in("ada")
    for path in ("/", "/people/bruno", "/me/devices", "/me/security"):
        assert visitor.open(path).location == APP
    assert visitor.open("/?part=results").status == 403
    token = dict(visitor.open(APP).form(f"{APP}/begin").fields)
    assert visitor.send("/me/devices", {**token, "label": "x"}).location == APP
    assert parts.identity.device_passwords("ada")[1:] == ()
    _, page = enrol(visitor)
    assert len(CODE.findall(page.text)) == 10
    assert visitor.open("/people/bruno").status == 200
    refused = visitor.fill_in(APP, f"{APP}/remove")
    assert refused.status == 409
    assert "must have" in refused.text
