# SPDX-License-Identifier: GPL-3.0-or-later
"""The cast's company, and a program for each of the cast that holds a token."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from dirserver.api.app import make_app
from dirserver.identity.tokens import TokenScope
from dirserver.wiring import Parts
from tests.api.caller import Caller
from tests.cast import make_company
from tests.web.folder import make_parts, open_parts


@pytest.fixture(scope="session")
def company_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    parts = make_parts(folder)
    make_company(parts)
    parts.close()
    return folder


@pytest.fixture
def parts(company_folder: Path, tmp_path: Path) -> Iterator[Parts]:
    folder = tmp_path / "company"
    shutil.copytree(company_folder, folder)
    opened = open_parts(folder)
    yield opened
    opened.close()


@pytest.fixture
def app(parts: Parts) -> Flask:
    return make_app(parts)


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
