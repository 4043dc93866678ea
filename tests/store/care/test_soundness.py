# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from dirserver.store.care.soundness import faults
from dirserver.store.schema.tables import book, change, entry, value


@pytest.fixture
def store(parts, company):
    """A company's database, on both engines."""
    return parts.store


def found_after(store, *statements):
    with store.writing() as tx:
        for statement in statements:
            tx.connection.execute(statement)
    with store.reading() as tx:
        return faults(tx)


def test_a_company_that_was_made_through_the_directory_is_sound(store):
    with store.reading() as tx:
        assert faults(tx) == ()


@pytest.mark.parametrize(
    "statement, told",
    [
        (delete(change), "its last change is not in the change log"),
        (update(book).values(number=0), "its change log is ahead of its change number"),
        (update(entry).values(revision=entry.c.revision + 1), "its history has a gap"),
        (delete(value), "it is not in the index"),
    ],
)
def test_what_does_not_fit_is_found(store, statement, told):
    assert any(told in fault for fault in found_after(store, statement))


def test_rows_that_refer_to_nothing_are_found_on_sqlite(store):
    if not store.is_sqlite:
        pytest.skip("PostgreSQL holds its foreign keys itself")
    with store.reading() as tx:
        raw = tx.connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    raw.execute("DELETE FROM book WHERE slug = 'people'")
    raw.execute("PRAGMA foreign_keys = ON")
    with store.reading() as tx:
        assert any("refers to a row of book" in fault for fault in faults(tx))
