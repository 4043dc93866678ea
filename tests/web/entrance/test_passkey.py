# SPDX-License-Identifier: GPL-3.0-or-later
"""Passkeys at the pages' routes, with an authenticator in software; a browser's own is in security/test_passkeys.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from dirserver.config import HttpSettings
from dirserver.config.values import PublicUrl
from dirserver.model.principal import Door, Principal
from dirserver.web.app import make_app
from dirserver.wiring import Parts, wire
from tests.identity.authenticator import Authenticator
from tests.web.security.enrolling import CODE, stale
from tests.web.visitor import Visitor

PASSKEYS = "/me/security/passkeys"


@pytest.fixture
def named(parts: Parts) -> Iterator[Parts]:
    """The company at an address at which browsers have passkeys."""
    made = wire(replace(parts.config, http=HttpSettings(public_url=PublicUrl("http://localhost"))))
    yield made
    made.close()


@pytest.fixture
def site(named: Parts) -> Flask:
    app = make_app(named)
    app.testing = True
    return app


@pytest.fixture
def ada(site: Flask, named: Parts) -> Visitor:
    account = named.identity.account("ada")
    visitor = Visitor(site)
    secret = named.identity.open_session(Principal(Door.WEB, account.id, account.login), address="127.0.0.1")
    visitor.client.set_cookie("dirserver", secret, domain="localhost")
    return visitor


def register(ada: Visitor) -> Authenticator:
    device = Authenticator("http://localhost", "localhost")
    answer = device.register(ada.open(f"{PASSKEYS}/options").answer.text)
    page = ada.fill_in(PASSKEYS, PASSKEYS, label="My laptop", answer=answer)
    assert len(CODE.findall(page.text)) == 10
    return device


def test_a_passkey_signs_in_alone_or_after_the_password(site: Flask, ada: Visitor) -> None:
    device = register(ada)
    alone = Visitor(site)
    signed = device.sign(alone.open("/sign-in/passkey").answer.text)
    page = alone.fill_in("/sign-in?next=/people/bruno", "/sign-in/passkey", answer=signed)
    assert (page.status, page.location) == (303, "/people/bruno")
    assert alone.open("/people/bruno").status == 200
    assert "last used" in ada.open(PASSKEYS).text
    after = Visitor(site)
    half = after.sign_in("ada").location
    signed = device.sign(after.open("/sign-in/second/passkey").answer.text)
    assert after.fill_in(half, "/sign-in/second/passkey", answer=signed).location == "/"
    assert after.open("/").status == 200


def test_what_does_not_fit_is_told_and_opens_nothing(site: Flask, ada: Visitor) -> None:
    device = register(ada)
    visitor = Visitor(site)
    refused = visitor.fill_in("/sign-in", "/sign-in/passkey", answer=device.sign('{"challenge": "AAAA"}'))
    assert refused.location == "/sign-in?next=/"
    assert "doesn't open" in visitor.open(refused.location).text
    half = visitor.sign_in("ada").location
    assert visitor.fill_in(half, "/sign-in/second/passkey", answer="guess").location == "/sign-in/second?next=/"
    assert visitor.open("/").status == 303
    visitor.client.delete_cookie("dirserver-half", domain="localhost")
    assert visitor.open("/sign-in/second/passkey").status == 404


def test_it_proves_who_sits_there_and_is_removed(site: Flask, named: Parts, ada: Visitor) -> None:
    device = register(ada)
    # ``stale`` makes a session by hand, which a second factor forbids: Bruno's own passkey would do as well.
    assert stale(named, site, "bruno").open(f"{PASSKEYS}/options").location.startswith("/me/security/prove")
    with named._store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE session SET proved_us = 0")
    number = named.passkeys.listed("ada")[0].id
    asked = ada.fill_in(PASSKEYS, f"{PASSKEYS}/remove", id=str(number))
    assert asked.location == f"/me/security/prove?next={PASSKEYS}"
    assert ada.fill_in(asked.location, "/me/security/prove/passkey", answer="guess").location == asked.location
    signed = device.sign(ada.open("/me/security/prove/passkey").answer.text)
    assert ada.fill_in(asked.location, "/me/security/prove/passkey", answer=signed).location == PASSKEYS
    assert ada.fill_in(PASSKEYS, f"{PASSKEYS}/remove", id=str(number)).status == 303
    assert not named.second_factor.state("ada").is_on


def test_where_browsers_have_none_the_page_says_so(parts: Parts, app: Flask, signed_in) -> None:
    page = signed_in("ada").open(PASSKEYS)
    assert "only at an address with a name" in page.text
    assert Visitor(app).open("/sign-in/passkey").status == 404
    assert "passkey" not in Visitor(app).open("/sign-in").html
