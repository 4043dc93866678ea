# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, insert, select, update

from dirserver.errors import Conflict
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.engine.opening import open_store
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.entries import batches
from dirserver.store.entries.batches import BatchRow
from dirserver.store.schema.tables import account, batch

_ADD = Prepared(insert(batch), "id", "kind", "note", "actor", "door", "at_us")
_BY_ID = Prepared(select(batch.c.id, batch.c.at_us, batch.c.undone_us).where(batch.c.id == bindparam("wanted")), "wanted")
_ALL = Prepared(select(batch.c.id).order_by(batch.c.id))
_BY_TEXT = Prepared(select(batch.c.id).where(among(batch.c.id, "ids")).order_by(batch.c.id), "ids")
_BY_NUMBER = Prepared(select(batch.c.id).where(among(batch.c.at_us, "times")).order_by(batch.c.id), "times")
_TWICE = Prepared(
    select(batch.c.id).where((batch.c.id == bindparam("name")) | (batch.c.kind == bindparam("name")), batch.c.at_us > bindparam("least")),
    "least",
    "name",
)
_FIRST = Prepared(
    select(batch.c.id).where(batch.c.kind == "undo", batch.c.at_us > bindparam("least")).order_by(batch.c.at_us).limit(1), "least"
)
_MARK = Prepared(update(batch).where(batch.c.id == bindparam("wanted")), "undone_us", "wanted")
_DROP = Prepared(delete(batch).where(batch.c.id == bindparam("wanted")), "wanted")
_FLAGS = Prepared(select(account.c.is_admin, account.c.login, account.c.is_active).where(account.c.login_key == bindparam("key")), "key")


def test_prepared_statements_and_sqlalchemys_are_one_transaction(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.writing() as tx:
        assert _ADD.run(tx, "b1", "import", "100 %", "ada", "cli", 5) == 1
        assert batches.listed(tx) == (BatchRow("b1", "import", "100 %", "ada", "cli", 5),)
        batches.add(tx, BatchRow("b2", "import", "", "ada", "cli", 6))
        assert _ALL.all(tx) == [("b1",), ("b2",)]
    with pytest.raises(RuntimeError), store.writing() as tx:
        batches.add(tx, BatchRow("b3", "import", "", "ada", "cli", 7))
        _ADD.run(tx, "b4", "import", "", "ada", "cli", 8)
        raise RuntimeError
    with store.reading() as tx:
        assert _ALL.all(tx) == [("b1",), ("b2",)]
        with store.writing() as other:
            assert _MARK.run(other, 9, "b2") == 1
            assert _DROP.run(other, "b1") == 1
            assert _DROP.run(other, "b1") == 0
        assert _BY_ID.one(tx, "b1") == ("b1", 5, None)
        assert _BY_ID.one(tx, "b2") == ("b2", 6, None)
        assert _BY_ID.one(tx, "b3") is None
    with store.reading() as tx:
        assert _BY_ID.all(tx, "b2") == [("b2", 6, 9)]
    store.close()


def test_a_value_may_stand_in_several_places_and_be_any_number_of_values(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.writing() as tx:
        _ADD.run_many(tx, [(name, "undo", "", "ada", "cli", number) for number, name in enumerate(('a"b', "b", "ć", "undo"), 1)])
        assert _TWICE.all(tx, 3, "undo") == [("undo",)]
        assert sorted(_TWICE.all(tx, 1, "undo")) == [("b",), ("undo",), ("ć",)]
        assert sorted(_BY_TEXT.all(tx, ["ć", 'a"b', "nobody"])) == [('a"b',), ("ć",)]
        assert _BY_TEXT.all(tx, []) == []
        assert _FIRST.all(tx, 2) == [("ć",)]
        assert _BY_TEXT.all(tx, [f"n{number}" for number in range(40_000)]) == []
        assert sorted(_BY_NUMBER.all(tx, (2, 4, 2))) == [("b",), ("undo",)]
    store.close()


def test_a_stream_is_read_row_by_row_and_lets_go_when_it_is_closed(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.writing() as tx:
        _ADD.run_many(tx, [(f"b{number:05}", "import", "", "ada", "cli", number) for number in range(3_000)])
    with store.reading() as tx:
        first, second = _ALL.stream(tx), _ALL.stream(tx)
        assert [next(first), next(second), next(first)] == [("b00000",), ("b00000",), ("b00001",)]
        assert sum(1 for _ in second) == 2_999
        first.close()
    with store.writing() as tx:
        _DROP.run(tx, "b00000")
    with store.reading() as tx:
        assert next(_ALL.stream(tx)) == ("b00001",)
    store.close()


def test_values_come_as_their_columns_have_them_and_a_rule_of_the_schema_is_a_conflict(copied_url: str) -> None:
    store = open_store(copied_url)
    row = AccountRow(0, "u", "Ada", "ada", "", "", "Ada", None, True, False, False, None, "", 0, 1)
    with store.writing() as tx:
        accounts.add(tx, row)
        found = _FLAGS.one(tx, "ada")
        assert found is not None
        assert (found[0] is True, found[1], found[2] is False) == (True, "Ada", True)
        _ADD.run(tx, "b1", "import", "", "ada", "cli", 1)
    with pytest.raises(Conflict), store.writing() as tx:
        _ADD.run(tx, "b1", "import", "", "ada", "cli", 1)
    store.close()


def test_any_number_of_values_are_looked_up_in_an_index(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'plan.db'}")
    with store.reading() as tx:
        _BY_TEXT.all(tx, ["b1"])
        text = compiled_text(_BY_TEXT)
        assert text.rstrip().endswith("ORDER BY batch.id")
        steps = tx.driver.execute(f"EXPLAIN QUERY PLAN {text}", ('["b1"]',)).fetchall()
        assert any(str(step[-1]).startswith("SEARCH batch") for step in steps), steps
    store.close()


def compiled_text(prepared: Prepared) -> str:
    return str(prepared._written[True].text)
