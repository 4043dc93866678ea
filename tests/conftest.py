# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test may ask for: the sample data, and a database of either engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import PostgresMissing, PostgresServer, running_postgres
from tests.programs import IN_CI, absent

# CI tries the same examples every time; a slow machine fails nothing.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# `make quick` asks for this one: what must hold for every input is tried on a few.
settings.register_profile("quick", settings.get_profile("dev"), max_examples=20)
settings.load_profile("ci" if IN_CI else "dev")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of sample files that lies beside the checkout."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    assert (folder / "people.csv").is_file(), "the sample data must lie beside the checkout, in ../shared/data"
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL, one for each worker."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresMissing as error:
        absent(str(error))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database on PostgreSQL, dropped afterwards."""
    database = postgres_server.create()
    yield postgres_server.url(database)
    postgres_server.drop(database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: the test runs once on each engine."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'dirserver.db'}"
