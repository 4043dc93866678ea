# SPDX-License-Identifier: GPL-3.0-or-later
"""The cast's company, and a program for each of the cast that holds a token."""

from collections.abc import Callable

import pytest
from flask import Flask

from dirserver.api.app import make_app
from dirserver.identity.tokens import TokenScope
from dirserver.wiring import Parts
from tests.api.caller import Caller
from tests.web.folder import company_folder, parts

__all__ = ["company_folder", "parts"]


@pytest.fixture(scope="session")
def made_once() -> list[Flask]:
    """Where the application is, once a test has made it: that takes longer than most tests do."""
    return []


@pytest.fixture
def app(made_once: list[Flask], parts: Parts) -> Flask:
    """The API over this test's parts."""
    if not made_once:
        made_once.append(make_app(parts))
    made_once[0].extensions["dirserver.parts"] = parts
    return made_once[0]


@pytest.fixture
def as_(app: Flask, parts: Parts) -> Callable[..., Caller]:
    """A program with a token of somebody's, good for everything unless scopes are given."""

    def called(login: str, *scopes: TokenScope) -> Caller:
        return Caller(app, parts.tokens.add(login, label="test", scopes=scopes or tuple(TokenScope)))

    return called


@pytest.fixture
def ada(as_: Callable[..., Caller]) -> Caller:
    return as_("ada")


@pytest.fixture
def chika(as_: Callable[..., Caller]) -> Caller:
    return as_("chika")


@pytest.fixture
def esme(as_: Callable[..., Caller]) -> Caller:
    return as_("esme")


@pytest.fixture
def admin(as_: Callable[..., Caller]) -> Caller:
    return as_("admin")
