# SPDX-License-Identifier: GPL-3.0-or-later
"""The cast's company on SQLite, made once and copied for each test, and a browser for each of the cast."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from dirserver.card.card import Card
from dirserver.directory.views.entry import Entry
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from dirserver.web.app import make_app
from dirserver.web.people.photo import Thumbnails
from dirserver.web.people.rows import Pieces
from dirserver.wiring import Parts
from tests.cast import uuid_of
from tests.web.browsing import chromium, site, visit
from tests.web.folder import company_folder, parts
from tests.web.visitor import Visitor

__all__ = ["chromium", "company_folder", "parts", "site", "visit"]


@pytest.fixture(scope="session")
def made_once() -> list[Flask]:
    """Where the pages' application is, once a test has made it: that takes longer than most tests do."""
    return []


@pytest.fixture
def app(made_once: list[Flask], parts: Parts) -> Flask:
    """The pages over this test's parts, with nothing kept from other tests."""
    if not made_once:
        made_once.append(make_app(parts))
        made_once[0].testing = True
    (made,) = made_once
    made.extensions.update({"dirserver.parts": parts, "dirserver.thumbnails": Thumbnails(), "dirserver.pieces": Pieces()})
    return made


@pytest.fixture
def nobody(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def signed_in(app: Flask, parts: Parts) -> Callable[[str], Visitor]:
    """Somebody who signed in some time ago: the form, and its slow hash, are test_sign_in's."""

    def as_(login: str) -> Visitor:
        account = parts.identity.account(login)
        secret = parts.identity.open_session(Principal(Door.WEB, account.id, account.login), address="127.0.0.1")
        visitor = Visitor(app)
        visitor.client.set_cookie("dirserver", secret, domain="localhost")
        return visitor

    return as_


@pytest.fixture
def ada(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("ada")


@pytest.fixture
def esme(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("esme")


@pytest.fixture
def chika(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("chika")


@pytest.fixture
def change(parts: Parts) -> Callable[..., Entry]:
    """Change somebody's entry as the operator does, behind the pages' back."""

    def changed(login: str, **values: str | bytes | None) -> Entry:
        modifications = [Modification(name, Operation.REPLACE, () if value is None else (value,)) for name, value in values.items()]
        with parts.directory.writing(Principal.system()) as writing:
            return writing.modify(uuid_of(login), modifications)

    return changed


@pytest.fixture
def card_of(parts: Parts) -> Callable[[str], Card]:
    def card(login: str) -> Card:
        with parts.directory.reading(Principal.system()) as reading:
            return reading.find(uuid_of(login)).card

    return card


@pytest.fixture
def photo() -> bytes:
    """A red JPEG, 200 by 100, with a comment that must not survive."""
    out = BytesIO()
    Image.new("RGB", (200, 100), (200, 30, 30)).save(out, "JPEG", comment=b"taken at home")
    return out.getvalue()
