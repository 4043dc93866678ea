# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest

from dirserver.errors import Conflict, DirserverError, NoRoom, Unavailable
from dirserver.store.engine.opening import open_store
from dirserver.store.entries import batches
from dirserver.store.entries.batches import BatchRow

ROW = BatchRow("b1", "import", "people.csv", "ada", "cli", 1)


def test_what_raises_is_rolled_back_and_a_rule_of_the_schema_is_a_conflict(copied_url: str) -> None:
    store = open_store(copied_url)
    with pytest.raises(RuntimeError), store.writing() as tx:
        batches.add(tx, ROW)
        raise RuntimeError
    with pytest.raises(Conflict) as raised, store.writing() as tx:
        batches.add(tx, ROW)
        batches.add(tx, ROW)
    assert "INSERT" not in raised.value.public_message
    with store.reading() as tx:
        assert batches.listed(tx) == ()
    store.close()


def test_a_reading_cannot_write_on_postgresql_and_what_a_cache_writes_gives_way(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.writing() as tx:
        batches.add(tx, ROW)
        if store.is_sqlite:
            with pytest.raises(Unavailable), store.writing_if_free():
                pass
        else:
            with pytest.raises(Unavailable), store.writing_if_free() as spare:
                batches.add(spare, ROW)
    with store.writing_if_free() as tx:
        batches.mark_undone(tx, "b1", 2)
    with store.reading() as tx:
        assert batches.listed(tx)[0].undone_us == 2
    store.close()


def test_more_askers_than_connections_are_told_to_come_back(copied_url: str) -> None:
    store = open_store(copied_url)
    pool = store._engine.pool
    pool._timeout = 0.01
    with ExitStack() as held:
        for _ in range(pool.size() + pool._max_overflow):
            held.enter_context(store.reading())
        with pytest.raises(Unavailable), store.reading():
            pass
    store.close()


def test_a_full_disk_is_told_from_other_trouble(copied_url: str) -> None:
    store = open_store(copied_url)
    with pytest.raises(NoRoom, match="disk is full"), store.writing() as tx:
        if store.is_sqlite:
            # As many pages as there are: no more.
            tx.driver.execute("PRAGMA max_page_count = 1")
            tx.driver.execute("CREATE TABLE much AS SELECT randomblob(1000000) AS octets")
        else:
            tx.driver.execute("DO $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$")
    with store.reading() as tx:
        assert batches.listed(tx) == ()
    store.close()


def test_a_fault_of_ours_stays_what_it_is(copied_url: str) -> None:
    store = open_store(copied_url)
    # SQLite calls a table that isn't there an operational error, as it does a full disk.
    question = "SELECT nothing(1)" if not store.is_sqlite else "SELECT ?"
    with pytest.raises(Exception, match=r"nothing|binding") as raised, store.reading() as tx:
        tx.driver.execute(question)
    assert not isinstance(raised.value, DirserverError)
    with store.reading() as tx:
        assert batches.listed(tx) == ()
    store.close()


def test_one_connection_serves_one_request_after_the_other_on_sqlite(copied_url: str) -> None:
    store = open_store(copied_url)
    drivers = set()
    for _ in range(3):
        with store.reading() as tx:
            drivers.add(id(tx.driver))
        with store.writing() as tx:
            drivers.add(id(tx.driver))
    assert len(drivers) == 1 or not store.is_sqlite
    store.close()


def test_writers_of_one_process_queue_up_and_a_failed_one_holds_up_nobody(copied_url: str) -> None:
    store = open_store(copied_url)

    def write(number: int) -> None:
        with suppress(RuntimeError), store.writing() as tx:
            batches.add(tx, replace(ROW, id=f"b{number}"))
            if number % 3 == 0:
                raise RuntimeError

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(30)))
    with store.reading() as tx:
        assert len(batches.listed(tx)) == 20
    store.close()


def test_a_glance_sees_what_was_committed_and_holds_nothing_up(copied_url: str) -> None:
    store = open_store(copied_url)
    for number in range(3):
        with store.glance() as tx:
            before = len(batches.listed(tx))
            # Its statement is over, and so is its snapshot.
            with store.writing() as other:
                batches.add(other, replace(ROW, id=f"b{number}"))
        assert before == number
        with pytest.raises(RuntimeError), store.glance():
            raise RuntimeError
    store.close()
