# SPDX-License-Identifier: GPL-3.0-or-later
"""The second factor as somebody meets it on the pages: without a script, in one browser or several."""

from __future__ import annotations

import pytest
from flask import Flask

from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.web.security.enrolling import APP, CODE, enrol, stale
from tests.web.visitor import Visitor


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


def test_what_is_set_up_is_shown_to_a_fresh_session_only(parts: Parts, app: Flask):
    parts.second_factor.begin("ada")
    pending = parts.second_factor.pending("ada", issuer="x")
    assert pending is not None
    visitor = stale(parts, app)
    assert pending.key not in visitor.open(APP).html
    assert visitor.open(f"{APP}/qr.svg").location.startswith("/me/security/prove")


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
