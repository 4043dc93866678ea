# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from sqlalchemy import delete

from dirserver.store.engine import counters
from dirserver.store.engine.opening import open_store
from dirserver.store.schema.tables import counter


def test_the_access_number_grows_and_its_absence_is_a_fault_and_no_number(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.writing() as tx:
        before = counters.access_number(tx)
        counters.advance_access(tx, by=3)
        assert counters.access_number(tx) == before + 3
    with store.writing() as tx:
        tx.connection.execute(delete(counter))
    with pytest.raises(ValueError, match="unpack"), store.reading() as tx:
        counters.access_number(tx)
    store.close()


def test_a_backup_is_known_from_the_first_one_on(copied_url: str) -> None:
    store = open_store(copied_url)
    found = []
    for at_us in (5, 7):
        with store.writing() as tx:
            found.append(counters.backed_up_us(tx))
            counters.note_backup(tx, at_us)
    with store.reading() as tx:
        assert [*found, counters.backed_up_us(tx)] == [None, 5, 7]
        counters.access_number(tx)
    store.close()


def test_a_database_that_was_left_says_so_until_it_is_used_again(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.writing() as tx:
        assert counters.moved_us(tx) is None
        counters.note_moved(tx, 5)
    with store.writing() as tx:
        assert counters.moved_us(tx) == 5
        counters.forget_moved(tx)
        assert counters.moved_us(tx) is None
    store.close()
