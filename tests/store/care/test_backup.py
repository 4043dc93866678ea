# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3
import threading
import zipfile

import pytest
from sqlalchemy import select

from dirserver.errors import BadConfig, BadInput, Conflict
from dirserver.store.care.backup import back_up, renew, restore, sqlite_file
from dirserver.store.engine.opening import open_store
from dirserver.store.schema.tables import book, session
from tests.parts import open_parts


@pytest.fixture
def url(prepared, tmp_path):
    """A company on SQLite."""
    return prepared.sqlite("company", tmp_path / "dirserver.db")


def epochs(url):
    store = open_store(url)
    with store.reading() as tx:
        found = dict(tx.connection.execute(select(book.c.slug, book.c.epoch)).all())
    store.close()
    return found


def test_a_backup_made_while_somebody_writes_is_whole(url, tmp_path):
    store = open_store(url)
    is_over = threading.Event()

    def write():
        number = 0
        while not is_over.is_set():
            number += 1
            with store.writing() as tx:
                tx.connection.execute(book.update().values(description=str(number)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        back_up(url, tmp_path / "b.zip")
    finally:
        is_over.set()
        writer.join()
        store.close()
    restored = f"sqlite:///{tmp_path / 'other.db'}"
    assert restore(restored, tmp_path / "b.zip").kept is None
    assert epochs(restored).keys() == epochs(url).keys()
    with sqlite3.connect(tmp_path / "other.db") as connection:
        # One transaction wrote all books: a copy shows it for all of them or for none.
        assert len({row[0] for row in connection.execute("SELECT description FROM book")}) <= 2
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_restore_gives_every_book_a_new_epoch_and_ends_all_sessions(url, tmp_path):
    parts = open_parts(url)
    account = parts.identity.account("ada")
    with parts.store.writing() as tx:
        tx.connection.execute(
            session.insert().values(digest="d", account_id=account.id, stamp=0, csrf_key="c", address="", created_us=1, seen_us=1)
        )
    parts.close()
    before = epochs(url)
    back_up(url, tmp_path / "b.zip")
    done = restore(url, tmp_path / "b.zip")
    after = epochs(url)
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    with sqlite3.connect(tmp_path / "dirserver.db") as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (0,)
    connection.close()
    assert done.kept is not None
    assert done.kept.exists()


def test_a_restore_is_refused_while_the_database_is_open_elsewhere(url, tmp_path):
    back_up(url, tmp_path / "b.zip")
    store = open_store(url)
    with store.reading():
        before = (tmp_path / "dirserver.db").read_bytes()
        with pytest.raises(Conflict, match="stop it first"):
            restore(url, tmp_path / "b.zip")
        assert (tmp_path / "dirserver.db").read_bytes() == before
    store.close()


def test_a_damaged_database_can_be_restored_over(url, tmp_path):
    back_up(url, tmp_path / "b.zip")
    (tmp_path / "dirserver.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    done = restore(url, tmp_path / "b.zip")
    assert done.kept is not None
    assert done.kept.read_bytes().endswith(b"\xff" * 5_000)
    assert "people" in epochs(url)


def test_a_database_of_a_newer_version_in_a_backup_is_refused(url, tmp_path):
    newer = f"sqlite:///{tmp_path / 'newer.db'}"
    open_store(newer).close()
    with sqlite3.connect(tmp_path / "newer.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    back_up(newer, tmp_path / "newer.zip")
    before = (tmp_path / "dirserver.db").read_bytes()
    with pytest.raises(BadConfig, match="newer dirserver"):
        restore(url, tmp_path / "newer.zip")
    assert (tmp_path / "dirserver.db").read_bytes() == before


def test_a_zip_that_is_no_backup_is_refused_and_leaves_nothing(url, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("manifest.json", "[]")
    with pytest.raises(BadInput, match="nothing was changed"):
        restore(url, tmp_path / "x.zip")
    assert not list(tmp_path.glob(".dirserver-*"))


def test_a_zip_that_unpacks_to_more_than_it_says_is_cut_off(url, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", '{"sha256": "0", "length_bytes": 10, "made_at": "", "format": 1}')
        archive.writestr("dirserver.db", b"\0" * 50_000_000)
    with pytest.raises(BadInput, match="checksum"):
        restore(url, tmp_path / "bomb.zip")


def test_renewing_needs_no_backup(url):
    before = epochs(url)
    renew(url)
    assert not set(before.values()) & set(epochs(url).values())


def test_postgresql_is_told_its_own_tools_without_the_password():
    with pytest.raises(BadInput) as caught:
        sqlite_file("postgresql+psycopg://u:hunter2@h:5433/d?sslmode=require")
    assert "'postgresql://u@h:5433/d?sslmode=require'" in caught.value.public_message
    assert "hunter2" not in caught.value.public_message
