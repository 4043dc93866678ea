# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from dirserver.errors import BadConfig, Unavailable
from dirserver.store.engine.opening import open_store, parse, shown
from dirserver.store.entries import batches
from dirserver.store.entries.batches import BatchRow
from dirserver.store.schema.tables import metadata
from dirserver.store.schema.whole import TABLES

ROW = BatchRow("b1", "import", "people.csv", "ada", "cli", 1)


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database_url: str) -> None:
    assert set(TABLES) == set(metadata.tables.values())
    store = open_store(database_url)
    with store.reading() as tx:
        context = MigrationContext.configure(
            tx.connection,
            opts={
                "compare_type": True,
                # Alembic takes SQLite's DEFAULT '' for something else than ours.
                "compare_server_default": not tx.is_sqlite,
                # The engines' own trigram indexes, which no table can describe.
                "include_name": lambda name, kind, _parents: not (name or "").startswith(("haystack_fts", "ix_haystack_trigram")),
            },
        )
        assert compare_metadata(context, metadata) == []
    store.close()


def test_opening_again_changes_nothing(database_url: str) -> None:
    first = open_store(database_url)
    with first.writing() as tx:
        batches.add(tx, ROW)
    first.close()
    second = open_store(database_url, migrate=False)
    with second.reading() as tx:
        assert batches.listed(tx) == (ROW,)
    second.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    store = open_store(database_url)
    with store.writing() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        batches.add(tx, ROW)
    store.close()
    for _ in range(2):
        with pytest.raises(BadConfig, match=r"newer dirserver.*9999"):
            open_store(database_url)
    for connection in raw(database_url):
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
        assert connection.execute(text("SELECT count(*) FROM batch")).scalar_one() == 1


def raw(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_an_empty_database_is_not_filled_where_that_was_not_asked_for(database_url: str) -> None:
    with pytest.raises(BadConfig, match="dirserver init"):
        open_store(database_url, migrate=False)
    for connection in raw(database_url):
        names = connection.dialect.get_table_names(connection)
        assert names == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "people.db",
        "mysql://localhost/db",
        "nonsense://x",
        "postgresql://host:notaport/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////no/such/folder/x.db",
    ],
)
def test_an_address_that_cannot_be_used_is_named_with_its_setting(url: str) -> None:
    with pytest.raises(BadConfig, match="url"):
        open_store(url)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("uid,cn\nada,Ada\n" * 100)
    with pytest.raises(BadConfig, match="no database"):
        open_store(f"sqlite:///{path}")
    assert path.read_text() == "uid,cn\nada,Ada\n" * 100


def test_a_database_where_nobody_answers_is_unavailable_and_keeps_its_password() -> None:
    with pytest.raises(Unavailable) as raised:
        open_store("postgresql+psycopg://somebody:secret-word@127.0.0.1:1/db")
    assert "secret-word" not in raised.value.public_message


def test_somebody_elses_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE account (name TEXT)")
        connection.execute("INSERT INTO account VALUES ('theirs')")
    with pytest.raises((BadConfig, Unavailable)):
        open_store(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert [name for (name,) in connection.execute("SELECT name FROM sqlite_master")] == ["account"]


def test_a_reading_is_one_snapshot(database_url: str) -> None:
    store = open_store(database_url)
    with store.reading() as tx:
        assert batches.listed(tx) == ()
        with store.writing() as other:
            batches.add(other, ROW)
        assert batches.listed(tx) == ()
    with store.reading() as tx:
        assert batches.listed(tx) == (ROW,)
    store.close()


def test_sqlite_keeps_what_was_committed_and_lets_readers_go_on(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'dirserver.db'}")
    with store.reading() as tx:
        told = {
            name: tx.connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    store.close()


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://ada:s3cret@db/dir?sslmode=require", "postgresql://ada@db/dir?password=s3cret&sslmode=require"]
)
def test_a_password_is_hidden_wherever_it_stands_in_an_address(url: str) -> None:
    parsed = parse(url)
    assert parsed.password == "s3cret"
    assert shown(parsed) == "postgresql+psycopg://ada:***@db/dir?sslmode=require"
