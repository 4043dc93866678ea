# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask

from dirserver.identity.passwords import hash_password
from dirserver.model.principal import Door
from dirserver.wiring import Parts
from tests.web.security.enrolling import stale
from tests.web.visitor import Page, Visitor

PATH = "/admin/accounts-hashes"


@pytest.fixture
def ldif(parts: Parts) -> bytes:
    parts.identity.add_account("eve", name="Eve", mail="eve@example.com")
    hashed = "{ARGON2}" + hash_password("the old one of eve")
    return f"dn: uid=eve,dc=old\nuid: eve\nuserPassword: {hashed}\n\ndn: uid=ada,dc=old\nuid: ada\nuserPassword: {hashed}\n".encode()


def send(visitor: Visitor, data: bytes, deed: str) -> Page:
    return visitor.fill_in(PATH, PATH, file=(BytesIO(data), "people.ldif"), deed=deed)


def test_hashes_are_shown_first_and_then_taken(admin: Visitor, parts: Parts, ldif: bytes):
    page = send(admin, ldif, "look")
    assert "1 password would go on working" in page.text
    assert "eve goes on working here" in page.text
    assert "ada has a password already" in page.text
    assert not parts.identity.account("eve").has_password
    assert "1 password goes on working" in send(admin, ldif, "take").text
    assert parts.identity.authenticate("eve", "the old one of eve", door=Door.WEB, address="127.0.0.1").login == "eve"


def test_what_is_no_list_of_hashes_is_said(admin: Visitor):
    assert admin.fill_in(PATH, PATH, deed="look").status == 422
    assert send(admin, b"dn: uid=x\nfoo\n", "look").status == 400
    assert send(admin, b"%PDF-1.7", "take").status == 400
    assert "no userPassword" in send(admin, b"dn: uid=x\nuid: x\n", "look").text


def test_only_administrators_take_hashes_and_freshly_signed_in(app: Flask, ada: Visitor, parts: Parts, ldif: bytes):
    assert ada.open(PATH).status == 403
    page = send(stale(parts, app, "admin"), ldif, "take")
    assert page.location.startswith("/me/security/prove")
    assert not parts.identity.account("eve").has_password
