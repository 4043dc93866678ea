# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

from flask import Flask

from dirserver.identity.tokens import TokenScope
from dirserver.wiring import Parts
from tests.web.security.enrolling import stale
from tests.web.visitor import Visitor

PATH = "/admin/integrations"


def test_a_token_is_made_shown_once_and_revoked(admin: Visitor, parts: Parts):
    assert "No program holds a token" in admin.open(PATH).text
    page = admin.fill_in(PATH, PATH, login="ada", label="Intranet", scopes=["read", "bulk"], days="30")
    secret = re.search(r'id="secret">(dirserver_[^<]+)<', page.html)[1]
    assert parts.tokens.shown(secret, address="127.0.0.1").scopes == {TokenScope.READ, TokenScope.BULK}
    page = admin.open(PATH)
    assert secret not in page.html
    assert "Intranet ada import and export whole books, find and read" in page.text
    assert "good until" in page.text
    assert admin.fill_in(PATH, f"{PATH}/revoke").location == PATH
    assert parts.tokens.listed("ada") == ()


def test_what_is_missing_or_wrong_is_said_beside_the_field(admin: Visitor):
    page = admin.fill_in(PATH, PATH, login="ada", label="", scopes=[], days="0")
    assert page.status == 422
    assert "so that you know it again" in page.text
    assert "Tick at least one." in page.text
    assert "From 1 to 3660 days." in page.text
    assert 'value="ada"' in page.html
    assert admin.fill_in(PATH, PATH, login="nobody-there", label="x", scopes=["read"]).status == 404
    assert admin.send(f"{PATH}/revoke", {**admin.open(PATH).form(PATH).filled(), "id": "99", "login": "ada"}).status == 404


def test_what_is_open_to_programs_is_shown_as_fixed(admin: Visitor):
    page = admin.open(PATH)
    assert "fixed by the settings file" in page.text
    assert "/api/v1" in page.text
    assert "not set up" in page.text


def test_a_token_takes_a_fresh_sign_in(app: Flask, parts: Parts):
    page = stale(parts, app, "admin").fill_in(PATH, PATH, login="ada", label="x", scopes=["read"])
    assert page.location.startswith("/me/security/prove")
    assert parts.tokens.listed("ada") == ()
