# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import re

from flask import Flask

from dirserver.care.trail import Query
from dirserver.errors import NotAuthenticated
from dirserver.model.principal import Door
from dirserver.wiring import Parts
from tests.cast import password_of
from tests.web.security.enrolling import stale
from tests.web.visitor import Visitor

PATH = "/admin/lockouts"
AWAY = "203.0.113.7"


def _guess(parts: Parts, times: int, login: str = "ada", address: str = AWAY) -> None:
    for number in range(times):
        with contextlib.suppress(NotAuthenticated):
            parts.identity.authenticate(login, f"wrong {number}", door=Door.WEB, address=address)


def test_where_nobody_is_locked_out_that_is_said(admin: Visitor):
    assert "Nobody is locked out now." in admin.open(PATH).text
    assert PATH in admin.open("/admin").links


def test_who_is_locked_out_is_shown_and_let_in_and_the_trail_tells_by_whom(admin: Visitor, parts: Parts):
    _guess(parts, 10)
    shown = admin.open(PATH).text
    assert "ada until" in shown
    assert re.search(r"from anywhere else · 10 wrong passwords · the last one on ", shown)
    assert re.search(rf"from {AWAY} · 10 wrong passwords · the last one on ", shown)
    assert admin.fill_in(PATH, f"{PATH}/release").location == PATH
    assert "Nobody is locked out now." in admin.open(PATH).text
    assert parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=AWAY).login == "ada"
    (event,) = parts.trail.newest(Query(action="lockout.lift"), 9)
    assert (event.actor, event.door, event.target) == ("account:admin", "web", "account:ada")


def test_a_network_is_let_in(admin: Visitor, parts: Parts):
    for login in ("ada", "bruno", "chika", "esme", "dov", "a", "b"):
        _guess(parts, 9, login, "2001:db8::17")
    shown = admin.open(PATH).text
    assert re.search(r"Everybody from 2001:db8::/64 until .* wrong passwords · the last one on ", shown)
    assert admin.fill_in(PATH, f"{PATH}/release-network").location == PATH
    assert "2001:db8::/64" not in admin.open(PATH).text
    (event,) = parts.trail.newest(Query(action="lockout.lift"), 9)
    assert (event.actor, event.target) == ("account:admin", "network:2001:db8::/64")


def test_what_can_not_be_named_is_counted_and_an_address_is_looked_for(admin: Visitor, parts: Parts):
    _guess(parts, 10, "nobody-there")
    assert "can't be named" in admin.open(PATH).text
    assert f'value="{AWAY}"' in admin.open(f"{PATH}?address={AWAY}").html


def test_who_is_not_there_or_is_no_address_is_said(admin: Visitor, parts: Parts):
    _guess(parts, 10)
    filled = admin.open(PATH).form(f"{PATH}/release").filled()
    assert admin.send(f"{PATH}/release", {**filled, "login": "nobody-there"}).status == 404
    page = admin.send(f"{PATH}/release-network", {**filled, "address": "<b>"})
    assert page.status == 400
    assert "&lt;b&gt;" in page.html


def test_letting_in_takes_a_fresh_sign_in(app: Flask, parts: Parts):
    _guess(parts, 10)
    visitor = stale(parts, app, "admin")
    assert visitor.fill_in(PATH, f"{PATH}/release").location.startswith("/me/security/prove")
    assert "10 wrong passwords" in visitor.open(PATH).text
