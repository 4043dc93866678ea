# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import psycopg
import pytest

from tests.postgres import PostgresServer


def open_url(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@pytest.mark.postgresql
def test_each_test_gets_an_empty_database_that_speaks_utf8_and_trigrams(postgres_url: str) -> None:
    with open_url(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE left_behind (id integer)")


@pytest.mark.postgresql
def test_nothing_that_an_earlier_test_made_is_left(postgres_url: str) -> None:
    with open_url(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@pytest.mark.postgresql
def test_a_template_is_prepared_once_and_copied_often(postgres_server: PostgresServer) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with open_url(url) as connection:
            connection.execute("CREATE TABLE made_by_the_template (id integer)")

    for _ in range(2):
        database = postgres_server.create(template=postgres_server.template("a table", prepare))
        with open_url(postgres_server.url(database)) as connection:
            assert connection.execute("SELECT count(*) FROM made_by_the_template").fetchone() == (0,)
        postgres_server.drop(database)
    assert len(prepared) == 1


@pytest.mark.postgresql
def test_nobody_gets_in_without_the_password(postgres_server: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host="127.0.0.1", port=postgres_server.port, user="dirserver", password="guess", dbname="postgres")


def test_a_storage_test_runs_on_both_engines(database_url: str, request: pytest.FixtureRequest) -> None:
    engine = request.node.callspec.id
    assert database_url.startswith({"sqlite": "sqlite:///", "postgresql": "postgresql+psycopg://"}[engine])
