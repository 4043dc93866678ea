# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import delete, insert

from dirserver.store.care.numbering import continue_after, last_number
from dirserver.store.engine.opening import open_store
from dirserver.store.schema.self_service_tables import comment
from dirserver.store.schema.tables import account, entry, team, value
from dirserver.store.schema.whole import TABLES

ROW = {"name": "T", "name_key": "t", "modified_us": 1}


def test_the_number_of_a_row_that_is_gone_is_not_given_again(copied_url: str) -> None:
    person = {"login": "x", "is_admin": False, "is_active": True, "is_loopback_only": False, "created_us": 1}
    with closing(open_store(copied_url)) as store, store.writing() as tx:
        for name in ("a", "b"):
            tx.connection.execute(insert(account).values(uuid=name, login_key=name, **person))
        tx.connection.execute(delete(account))
        assert last_number(tx, account) == 2
        continue_after(tx, account, 40)
        assert last_number(tx, account) == 40
        made = tx.connection.execute(insert(account).values(uuid="c", login_key="c", **person))
        assert made.inserted_primary_key == (41,)


def test_rows_whose_numbers_came_with_them_are_numbered_on(copied_url: str) -> None:
    with closing(open_store(copied_url)) as store, store.writing() as tx:
        tx.connection.execute(insert(team).values(id=7, uuid="a", **ROW))
        continue_after(tx, team, last_number(tx, team))
        made = tx.connection.execute(insert(team).values(uuid="b", **{**ROW, "name_key": "u"}))
        assert made.inserted_primary_key == (8,)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_can_be_asked_and_told(copied_url: str, table) -> None:  # type: ignore[no-untyped-def]
    with closing(open_store(copied_url)) as store, store.writing() as tx:
        # Nothing was numbered yet, or rows aren't numbered at all.
        assert last_number(tx, table) == 0
        continue_after(tx, table, 3)
        assert last_number(tx, table) in ({3} if table in (account, entry, comment) else {0, 3})
        assert value.autoincrement_column is None
