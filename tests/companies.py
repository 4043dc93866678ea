# SPDX-License-Identifier: GPL-3.0-or-later
"""The company on both engines, made once and copied for each test. A room's conftest imports the fixtures that it wants."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from dirserver.demo.company import build
from tests.cast import Company, company_of, make_company
from tests.parts import CoreParts, open_parts
from tests.postgres import PostgresServer

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
_EMPTY = "empty"
_COMPANY = "company"
_SAMPLE = "small_sample"


def _prepare(purpose: str, url: str) -> None:
    parts = open_parts(url)
    if purpose == _COMPANY:
        make_company(parts)
    if purpose == _SAMPLE:
        build(parts, people=40)
    parts.close()


class Prepared:
    """What a worker has prepared so far: a SQLite file or a PostgreSQL database for each purpose."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saved: dict[str, Saved] = {}

    def sqlite(self, purpose: str, target: Path) -> str:
        """The URL of a fresh copy at ``target``."""
        prepared = self._folder / f"{purpose}.db"
        if not prepared.exists():
            _prepare(purpose, f"sqlite:///{prepared}")
        shutil.copyfile(prepared, target)
        return f"sqlite:///{target}"

    def postgresql(self, purpose: str, server: PostgresServer) -> str:
        """The URL of a database in which everything is as it was prepared: a tenth of the time that copying one takes."""
        if purpose not in self._saved:
            url = server.url(server.create())
            _prepare(purpose, url)
            self._saved[purpose] = Saved(url)
        self._saved[purpose].restore()
        return self._saved[purpose].url


class Saved:
    """A PostgreSQL database whose rows lie beside their tables, in a schema of their own, to be put back."""

    def __init__(self, url: str) -> None:
        self.url = url
        with self._connect() as connection:
            self._tables = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            self._sequences = connection.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences").fetchall()
            connection.execute("CREATE SCHEMA saved")
            for name in self._tables:
                connection.execute(_with_name("CREATE TABLE saved.{0} AS TABLE public.{0}", name))

    def restore(self) -> None:
        with self._connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET session_replication_role = replica")
            for name in self._tables:
                connection.execute(_with_name("DELETE FROM public.{0}", name))
                connection.execute(_with_name("INSERT INTO public.{0} SELECT * FROM saved.{0}", name))
            for name, last in self._sequences:
                connection.execute("SELECT setval(%s::regclass, %s, %s)", (f"public.{name}", max(last, 1), last > 0))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url.replace("+psycopg", ""))


def _with_name(statement: LiteralString, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """What this worker has prepared so far."""
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(params=ENGINES)
def copied_url(request: pytest.FixtureRequest, tmp_path: Path, prepared: Prepared) -> str:
    """The URL of a database that is up to date, with the company in it, or the sample company, where the test asks for that."""
    purpose = next((one for one in (_COMPANY, _SAMPLE) if one in request.fixturenames), _EMPTY)
    if request.param == "sqlite":
        return prepared.sqlite(purpose, tmp_path / "dirserver.db")
    return prepared.postgresql(purpose, request.getfixturevalue("postgres_server"))


@pytest.fixture
def parts(copied_url: str) -> Iterator[CoreParts]:
    """A directory and an identity of one's own; empty unless the test asks for the company."""
    opened = open_parts(copied_url)
    yield opened
    opened.close()


@pytest.fixture
def small_sample(parts: CoreParts) -> CoreParts:
    """The sample company with forty people and its photos."""
    return parts


@pytest.fixture
def company(parts: CoreParts) -> Company:
    """The cast, at work."""
    return company_of(parts)
