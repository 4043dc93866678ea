# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites with the company of the end-to-end tests. It is made once for each worker; each test gets a copy of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.people import found_company
from tests.e2e.site import Site, copied
from tests.postgres import PostgresServer


@pytest.fixture(scope="session")
def company_folder(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """The folder of a site with the company on SQLite. Nothing runs on it; copy it."""
    site = Site(tmp_path_factory.mktemp("company"))
    found_company(site, shared_data)
    return site.folder


@pytest.fixture
def company(company_folder: Path, tmp_path: Path) -> Iterator[Site]:
    """A site with the company on SQLite, not serving yet."""
    site = copied(company_folder, tmp_path / "site")
    yield site
    site.kill()


@pytest.fixture(scope="session")
def postgres_company_folder(tmp_path_factory: pytest.TempPathFactory, shared_data: Path, postgres_server: PostgresServer) -> Path:
    """The folder of a site with the company on PostgreSQL, whose database is the template ``site``."""
    site = Site(tmp_path_factory.mktemp("company-on-postgresql"))
    postgres_server.template("site", lambda url: found_company(site, shared_data, "--database", url))
    return site.folder


@pytest.fixture
def postgres_company(postgres_company_folder: Path, postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Site]:
    """A site with the company on PostgreSQL, not serving yet."""
    site = copied(postgres_company_folder, tmp_path / "site")
    database = postgres_server.create(template=postgres_server.template("site", lambda _: None))
    site.set("url", f'"{postgres_server.url(database)}"', section="database")
    yield site
    site.kill()
    postgres_server.drop(database)


@pytest.fixture
def company_on(request: pytest.FixtureRequest) -> Callable[[str], Site]:
    """Make the company on an engine: ``sqlite`` or ``postgresql``."""

    def make(engine: str) -> Site:
        site: Site = request.getfixturevalue("company" if engine == "sqlite" else "postgres_company")
        return site

    return make
