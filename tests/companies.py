# SPDX-License-Identifier: GPL-3.0-or-later
"""The company on both engines, made once and copied for each test. A room's conftest imports the fixtures that it wants."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Company, company_of, make_company
from tests.parts import CoreParts, open_parts
from tests.postgres import PostgresServer

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
_EMPTY = "empty"
_COMPANY = "company"


def _prepare(purpose: str, url: str) -> None:
    parts = open_parts(url)
    if purpose == _COMPANY:
        make_company(parts)
    parts.close()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files that were prepared so far, by purpose."""
    return {"folder": tmp_path_factory.mktemp("templates")}


@pytest.fixture(params=ENGINES)
def copied_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that is up to date, with the company in it where the test asks for the company."""
    purpose = _COMPANY if "company" in request.fixturenames else _EMPTY
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = server.create(template=server.template(purpose, lambda url: _prepare(purpose, url)))
        yield server.url(database)
        server.drop(database)
        return
    templates: dict[str, Path] = request.getfixturevalue("sqlite_templates")
    if purpose not in templates:
        prepared = templates["folder"] / f"{purpose}.db"
        _prepare(purpose, f"sqlite:///{prepared}")
        templates[purpose] = prepared
    copied = tmp_path / "dirserver.db"
    shutil.copyfile(templates[purpose], copied)
    yield f"sqlite:///{copied}"


@pytest.fixture
def parts(copied_url: str) -> Iterator[CoreParts]:
    """A directory and an identity of one's own; empty unless the test asks for the company."""
    opened = open_parts(copied_url)
    yield opened
    opened.close()


@pytest.fixture
def company(parts: CoreParts) -> Company:
    """The cast, at work."""
    return company_of(parts)
