# SPDX-License-Identifier: GPL-3.0-or-later
"""When everything is moved and when nothing is; what clients then see is held in agreement/test_moved.py."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert

from dirserver.care.trail import Trail
from dirserver.errors import BadConfig, BadInput, Conflict, Unavailable
from dirserver.model.moved import Moved, Part
from dirserver.store.care import audit, moving
from dirserver.store.care.audit import Wanted
from dirserver.store.care.backup import renew
from dirserver.store.care.moving import left_at, look
from dirserver.store.engine import alone as engine_alone
from dirserver.store.engine.opening import open_store
from dirserver.store.schema.tables import batch
from tests.companies import Prepared
from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgresql


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that stay are waited for in vain: not long."""
    monkeypatch.setattr(engine_alone, "_PATIENCE_S", 0.5)


@pytest.fixture
def url(prepared: Prepared, tmp_path: Path) -> str:
    """A company on SQLite."""
    return prepared.sqlite("company", tmp_path / "dirserver.db")


def quietly(done: int, total: int) -> None:
    assert done <= total


def move(url: str, to: str) -> Moved:
    return moving.move(url, to, quietly)


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement as another program would."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def tables_of(url: str) -> list[tuple[object, ...]]:
    return execute(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")


def is_left(url: str) -> bool:
    with closing(open_store(url)) as store, store.reading() as tx:
        return left_at(tx) is not None


def test_what_is_shown_is_what_is_moved(url: str, postgres_url: str) -> None:
    before = look(url, postgres_url)
    assert not tables_of(postgres_url)
    heard: list[tuple[int, int]] = []
    moved = moving.move(url, postgres_url, lambda done, total: heard.append((done, total)))
    assert [(part.table, part.rows) for part in moved.parts] == [(part.table, part.rows) for part in before]
    assert all(part.digest for part in moved.parts)
    assert {total for _, total in heard} == {sum(part.rows for part in before)}
    assert Part("rendering", 0) not in before
    password = psycopg.conninfo.conninfo_to_dict(postgres_url.replace("+psycopg", ""))["password"]
    assert (moved.url, moved.has_password) == (postgres_url.replace(f":{password}", ""), True)


def test_both_audit_trails_tell_who_moved_it_to_where_and_no_password(url: str, postgres_url: str, tmp_path: Path) -> None:
    place = move(url, f"{postgres_url}?application_name=x&connect_timeout=9").url.partition("?")[0]
    back = f"sqlite:///{tmp_path}/back.db"
    told = []
    for each in (url, postgres_url):
        with closing(open_store(each)) as store, store.reading() as tx:
            told.append(audit.newest(tx, Wanted(action="database.move"), 9))
            assert not Trail(store).verify().faults
    (event,) = told[0]
    assert told[1] == told[0]
    assert (event.actor, event.credential, event.door) == ("system", "operator", "cli")
    assert (event.target, event.about) == (f"database:{place}", f"database:{url}")
    assert psycopg.conninfo.conninfo_to_dict(postgres_url.replace("+psycopg", ""))["password"] not in event.target
    move(postgres_url, back)
    with closing(open_store(back)) as store, store.reading() as tx:
        assert [each.target for each in audit.newest(tx, Wanted(action="database.move"), 9)] == [f"database:{place}", f"database:{back}"]


def test_a_database_that_was_left_is_moved_again_only_after_every_client_starts_over(url: str, tmp_path: Path) -> None:
    assert move(url, f"sqlite:///{tmp_path}/second.db").url == f"sqlite:///{tmp_path}/second.db"
    assert (is_left(url), is_left(f"sqlite:///{tmp_path}/second.db")) == (True, False)
    third = f"sqlite:///{tmp_path}/third.db"
    for attempt in (look, move):
        with pytest.raises(Conflict, match="renew-only"):
            attempt(url, third)
    renew(url)
    move(url, third)


def test_something_that_is_there_already_is_left_alone(url: str, prepared: Prepared, postgres_server: PostgresServer) -> None:
    there = prepared.postgresql("company", postgres_server)
    before = execute(there, "SELECT count(*), max(number), max(hash) FROM audit_event")
    for attempt in (look, move):
        with pytest.raises(Conflict, match="something is there already"):
            attempt(url, there)
    assert execute(there, "SELECT count(*), max(number), max(hash) FROM audit_event") == before
    assert not is_left(url)


def test_a_database_of_other_programs_is_left_alone(url: str, postgres_url: str) -> None:
    execute(postgres_url, "CREATE TABLE wiki (page text)")
    for attempt in (look, move):
        with pytest.raises(Conflict, match="other tables \\(wiki\\)"):
            attempt(url, postgres_url)
    assert tables_of(postgres_url) == [("wiki",)]


def test_empty_tables_of_ours_are_welcome_even_old_ones_and_newer_ones_are_refused(url: str, postgres_url: str) -> None:
    open_store(postgres_url).close()
    execute(postgres_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadConfig, match="newer dirserver"):
        move(url, postgres_url)
    execute(postgres_url, "UPDATE alembic_version SET version_num = '0029'; ALTER TABLE entry DROP COLUMN key_es")
    execute(postgres_url, "ALTER TABLE entry DROP COLUMN key_pl; ALTER TABLE entry DROP COLUMN key_eo")
    execute(postgres_url, "DROP INDEX ix_history_batch; CREATE INDEX ix_history_batch ON history (batch)")
    execute(postgres_url, "DROP TABLE former_slug")
    assert move(url, postgres_url).parts
    assert not is_left(postgres_url)


def test_an_older_schema_is_not_moved(url: str, postgres_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "dirserver.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0030'")
    for attempt in (look, move):
        with pytest.raises(BadConfig, match=r"has schema 0030.* run 'dirserver check database' once"):
            attempt(url, postgres_url)
    assert not tables_of(postgres_url)


def test_a_file_that_is_there_is_left_alone(url: str, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for attempt in (look, move):
        with pytest.raises(Conflict, match="a file already"):
            attempt(url, f"sqlite:///{tmp_path}/mine")
    assert (tmp_path / "mine").read_text() == "mine"


def test_addresses_that_lead_nowhere_are_told_and_change_nothing(url: str, postgres_url: str) -> None:
    for attempt in (look, move):
        with pytest.raises(Unavailable, match="does not exist"):
            attempt(url, f"{postgres_url}x")
        with pytest.raises(BadConfig, match="not supported"):
            attempt(url, "mysql://there/x")
        with pytest.raises(BadConfig, match="folder"):
            attempt(url, "sqlite:////nowhere/at/all.db")
    assert not is_left(url)


def test_nothing_is_moved_while_a_server_runs_but_it_can_be_looked_at(url: str, postgres_url: str) -> None:
    with closing(open_store(url)) as store, store.reading() as tx:
        assert left_at(tx) is None
        look(url, postgres_url)
        with pytest.raises(Conflict, match="stop it first"):
            move(url, postgres_url)
    assert not tables_of(postgres_url)


def test_texts_that_postgresql_can_not_hold_are_told_with_their_place(url: str, postgres_url: str, tmp_path: Path) -> None:
    with closing(open_store(url)) as store, store.writing() as tx:
        tx.connection.execute(insert(batch).values(id="n", kind="import", note="a\0b", actor="system", door="cli", at_us=1))
    for attempt in (look, move):
        with pytest.raises(BadInput, match=r"batch\.note \(1\)"):
            attempt(url, postgres_url)
    assert not tables_of(postgres_url)
    assert move(url, f"sqlite:///{tmp_path}/second.db").parts


def test_what_fails_on_the_way_leaves_nothing_there(url: str, postgres_url: str, tmp_path: Path) -> None:
    def fail(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    for to in (postgres_url, f"sqlite:///{tmp_path}/second.db"):
        with pytest.raises(KeyboardInterrupt):
            moving.move(url, to, fail)
        assert not is_left(url)
    assert not list(tmp_path.glob("second*"))
    assert move(url, postgres_url).parts


def _die(url: str, to: str) -> None:
    def die(done: int, total: int) -> None:
        if done:
            os.kill(os.getpid(), signal.SIGKILL)

    moving.move(url, to, die)


@pytest.mark.parametrize("to", ["postgresql", "sqlite"])
def test_a_move_that_was_killed_is_begun_anew(url: str, to: str, postgres_url: str, tmp_path: Path) -> None:
    there = postgres_url if to == "postgresql" else f"sqlite:///{tmp_path}/second.db"
    process = multiprocessing.get_context("spawn").Process(target=_die, args=(url, there))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert not is_left(url)
    if to == "sqlite":
        with pytest.raises(Conflict, match="a file already"):
            move(url, there)
        (tmp_path / "second.db").unlink()
        for file in tmp_path.glob("second.db-*"):
            file.unlink()
    assert move(url, there).parts


def test_a_server_that_is_started_meanwhile_undoes_a_move_from_postgresql(url: str, postgres_url: str, tmp_path: Path) -> None:
    move(url, postgres_url)
    late = []

    def start(done: int, total: int) -> None:
        if not late:
            late.append(open_store(postgres_url))
            with late[0].reading() as tx:
                assert left_at(tx) is None

    with pytest.raises(Conflict, match="stop every node"):
        moving.move(postgres_url, f"sqlite:///{tmp_path}/back.db", start)
    late[0].close()
    assert not (tmp_path / "back.db").exists()
    assert not is_left(postgres_url)


def test_a_database_that_keeps_something_else_than_it_is_given_is_found_out(url: str, postgres_url: str) -> None:
    open_store(postgres_url).close()
    shout = "BEGIN NEW.name = upper(NEW.name); RETURN NEW; END"
    execute(postgres_url, f"CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $${shout}$$")
    execute(postgres_url, "CREATE TRIGGER shout BEFORE INSERT ON team FOR EACH ROW EXECUTE FUNCTION shout()")
    with pytest.raises(Conflict, match="table team"):
        move(url, postgres_url)
    assert execute(postgres_url, "SELECT count(*) FROM account") == [(0,)]
    assert not is_left(url)
