# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from sqlalchemy import inspect

from dirserver.store.engine.opening import open_store
from dirserver.store.schema.whole import TABLES


def test_every_table_that_the_migrations_make_is_there(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.reading() as tx:
        made = set(inspect(tx.connection).get_table_names())
    store.close()
    own = {name for name in made if not name.startswith("haystack_fts")} - {"alembic_version"}
    assert {table.name for table in TABLES} == own


def test_each_table_stands_behind_those_that_it_refers_to() -> None:
    places = {table.name: place for place, table in enumerate(TABLES)}
    assert len(places) == len(TABLES)
    for table in TABLES:
        assert all(places[key.column.table.name] < places[table.name] for key in table.foreign_keys)
