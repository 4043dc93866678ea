# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from dirserver.errors import BadInput, Conflict
from dirserver.store.care import transfer
from dirserver.store.care.transfer import MOVED, STAYS_BEHIND, Sum
from dirserver.store.engine import counters
from dirserver.store.engine.opening import Store, WriteTx, open_store
from dirserver.store.entries import index
from dirserver.store.schema.factor_tables import passkey
from dirserver.store.schema.tables import account, batch, blob, book, counter, gram, haystack, haystack_fresh
from dirserver.store.schema.whole import TABLES
from tests.companies import Prepared
from tests.parts import CoreParts
from tests.postgres import PostgresServer

ODD = ("", "a\tb\\.\r\n\\N", "\x01\x7f", "Łódź \N{GRINNING FACE}", "NULL", "'; --", "x" * 100_000)
OCTETS = bytes(range(256)) * 3
EVENT = {"kind": "import", "actor": "system", "door": "cli"}
PERSON = {"login": "a", "is_active": True, "is_loopback_only": False, "created_us": 2**52}


@pytest.fixture
def target(tmp_path: Path, copied_url: str, prepared: Prepared, postgres_server: PostgresServer) -> Iterator[Store]:
    """An empty database of the other engine."""
    database = postgres_server.create()
    url = postgres_server.url(database) if copied_url.startswith("sqlite") else prepared.sqlite("empty", tmp_path / "target.db")
    store = open_store(url)
    yield store
    store.close()
    postgres_server.drop(database)


def fill(tx: WriteTx) -> None:
    """Whatever the engines have in common, and each has ways of its own for."""
    for number, odd in enumerate(ODD):
        row = {**EVENT, "id": str(number), "note": odd, "at_us": 2**62 - number, "undone_us": number or None}
        tx.connection.execute(insert(batch).values(**row))
    for number, octets in enumerate((b"", OCTETS, b"\0" * 2_000_000)):
        tx.connection.execute(insert(blob).values(digest=str(number), media_type="image/png", data=octets))
    tx.connection.execute(insert(account).values(id=3, uuid="a", login_key="a", is_admin=False, has_short_password=True, **PERSON))
    key = {"credential_id": "c", "public_key": OCTETS, "sign_count": 0, "label": "", "is_synced": True, "created_us": 1}
    tx.connection.execute(insert(passkey).values(account_id=3, **key))


@pytest.mark.postgresql
def test_rows_are_the_same_in_the_other_engine(copied_url: str, target: Store) -> None:
    tables = (batch, blob, account, passkey)
    with closing(open_store(copied_url)) as source:
        with source.writing() as tx:
            fill(tx)
        with source.reading() as here, target.writing() as there:
            for table in tables:
                sent = Sum()
                transfer.write(there, table, sent.through(transfer.each(here, table)))
                transfer.compare(there, table, sent)
                assert sent.rows == transfer.number_of_rows(here, table) > 0
                same = [sorted(map(tuple, tx.connection.execute(select(table))), key=repr) for tx in (here, there)]
                assert same[0] == same[1]


@pytest.mark.postgresql
def test_a_difference_is_noticed(copied_url: str, target: Store) -> None:
    with closing(open_store(copied_url)) as source, source.writing() as here, target.writing() as there:
        fill(here)
        sent = Sum()
        transfer.write(there, batch, sent.through(transfer.each(here, batch)))
        for change in (update(batch).where(batch.c.id == "3").values(note="Lodz"), delete(batch).where(batch.c.id == "3")):
            there.connection.execute(change)
            with pytest.raises(Conflict, match="table batch"):
                transfer.compare(there, batch, sent)


@pytest.mark.postgresql
def test_a_row_that_is_refused_is_told_without_its_values(copied_url: str, target: Store) -> None:
    del copied_url
    rows = [(1, "u", "slug", "people", 77, "Secret", "", 0, "e", 1, 0)]
    assert len(rows[0]) == len(book.c)
    with pytest.raises(BadInput, match="table book") as caught, target.writing() as there:
        transfer.write(there, book, rows)
    assert "Secret" not in caught.value.public_message


def test_a_sum_does_not_depend_on_the_order() -> None:
    rows = [(1, "a", None), (2, "b", b"c"), (1, "a", None)]
    sums = [Sum(), Sum(), Sum()]
    for one, these in zip(sums, (rows, rows[::-1], rows[:2]), strict=True):
        assert list(one.through(these)) == these
    assert sums[0] == sums[1] != sums[2]
    assert (sums[0].rows, sums[0].digest) == (3, sums[1].digest)


def test_what_tells_of_the_database_itself_stays_there(copied_url: str) -> None:
    with closing(open_store(copied_url)) as store, store.writing() as tx:
        counters.note_backup(tx, 5)
        counters.note_moved(tx, 6)
        assert [name for name, _ in transfer.each(tx, counter)] == ["access"]
        assert transfer.number_of_rows(tx, counter) == 1


def test_every_table_is_moved_or_stays_behind_for_a_reason() -> None:
    assert {table.name for table in MOVED} == {table.name for table in TABLES} - set(STAYS_BEHIND)


def test_texts_that_postgresql_can_not_hold_are_found(tmp_path: Path, prepared: Prepared) -> None:
    with closing(open_store(prepared.sqlite("empty", tmp_path / "nul.db"))) as store, store.writing() as tx:
        fill(tx)
        assert not any(transfer.unstorable(tx, table) for table in MOVED)
        tx.connection.execute(insert(batch).values(**{**EVENT, "id": "\0", "note": "a\0b", "at_us": 1}))
        assert transfer.unstorable(tx, batch) == (("id", 1), ("note", 1))


@pytest.mark.usefixtures("company")
def test_texts_are_indexed_by_whatever_the_engine_has(parts: CoreParts) -> None:
    with parts.store.writing() as tx:
        if tx.is_sqlite:
            tx.driver.execute("INSERT INTO haystack_fts(haystack_fts) VALUES ('delete-all')")
            tx.driver.execute("INSERT OR REPLACE INTO haystack_fresh SELECT entry_id, NULL FROM haystack")
            transfer.index_texts(tx)
            assert transfer.number_of_rows(tx, haystack_fresh) == 0
            assert tx.driver.execute("SELECT count(*) FROM haystack_fts WHERE haystack_fts MATCH '\"smith\"'").fetchone() == (1,)
        else:
            transfer.index_texts(tx)
            assert transfer.number_of_rows(tx, gram) == 0
            # The next test has the same database, whose rows alone are put back.
            with tx.connection.begin_nested() as undone:
                tx.connection.execute(text("DROP INDEX ix_haystack_trigram"))
                transfer.index_texts(tx)
                smith = set(tx.connection.execute(select(gram.c.entry_id).where(gram.c.gram == "smi")).scalars())
                texts = tx.connection.execute(select(haystack.c.entry_id).where(haystack.c.text.contains("smi"))).scalars()
                assert smith == set(texts)
                assert smith
                undone.rollback()
            assert index.has_own_trigrams(tx)
