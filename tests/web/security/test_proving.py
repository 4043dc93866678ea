# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh sign-in, asked for where something opens doors."""

from __future__ import annotations

from flask import Flask

from dirserver.identity import totp
from dirserver.wiring import Parts
from tests.cast import password_of
from tests.web.security.enrolling import APP, enrol, now_us, stale
from tests.web.visitor import Visitor


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
