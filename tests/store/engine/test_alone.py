# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import update

from dirserver.errors import Conflict, DirserverError, NotFound
from dirserver.store.engine import alone as engine_alone
from dirserver.store.engine.alone import alone, lock, require_no_server
from dirserver.store.engine.counters import access_number, advance_access
from dirserver.store.engine.opening import open_store
from dirserver.store.schema.tables import counter
from dirserver.store.schema.whole import TABLES
from tests.postgres import PostgresServer


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that stay are waited for in vain: not long."""
    monkeypatch.setattr(engine_alone, "_PATIENCE_S", 0.5)


def number_at(url: str) -> int:
    with closing(open_store(url)) as store, store.reading() as tx:
        return access_number(tx)


def test_what_is_done_alone_is_committed_or_undone(copied_url: str) -> None:
    before = number_at(copied_url)
    with alone(copied_url, TABLES) as tx:
        advance_access(tx)
    assert number_at(copied_url) == before + 1
    with pytest.raises(NotFound), alone(copied_url, TABLES) as tx:
        advance_access(tx)
        raise NotFound("on the way")
    assert number_at(copied_url) == before + 1


def test_a_database_that_a_server_has_open_is_refused(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.reading() as tx:
        access_number(tx)
        with pytest.raises(Conflict, match="a server is using the database"), alone(copied_url, TABLES):
            pass
    store.close()
    with alone(copied_url, TABLES):
        pass


def test_nobody_can_open_a_file_that_is_held_alone(copied_url: str, tmp_path: Path) -> None:
    if not copied_url.startswith("sqlite"):
        return
    with (
        alone(copied_url, TABLES),
        closing(sqlite3.connect(tmp_path / "dirserver.db", timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("SELECT count(*) FROM counter")
    # A server may again, in its own way.
    with closing(open_store(copied_url)) as store, store.writing() as tx:
        assert tx.driver.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.postgresql
def test_a_server_that_comes_meanwhile_can_not_write_and_is_seen(postgres_url: str) -> None:
    open_store(postgres_url).close()
    with alone(postgres_url, TABLES) as tx:
        require_no_server(tx)
        with closing(open_store(postgres_url)) as store:
            with pytest.raises(DirserverError), store.writing() as late:
                late.driver.execute("SET LOCAL lock_timeout = '50ms'")
                late.connection.execute(update(counter).values(number=7))
            with pytest.raises(Conflict, match="a server is using the database"):
                require_no_server(tx)


@pytest.mark.postgresql
def test_other_programs_may_look_on(postgres_server: PostgresServer, postgres_url: str) -> None:
    open_store(postgres_url).close()
    with closing(open_store(f"{postgres_url}?application_name=monitor")) as store, store.reading() as looking:
        access_number(looking)
        with alone(postgres_url, TABLES) as tx:
            lock(tx, TABLES, "EXCLUSIVE")
