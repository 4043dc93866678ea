# SPDX-License-Identifier: GPL-3.0-or-later
"""That the migrations make these tables is held in test_opening.py."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.dialects import postgresql, sqlite

from dirserver.store.schema.tables import metadata


def test_times_and_change_numbers_have_room_for_microseconds() -> None:
    tables = [table for table in metadata.tables.values() if table.name != "upload_part"]  # there it is a part's place in its upload
    wide = [column for table in tables for column in table.c if column.name.endswith("_us") or column.name == "number"]
    assert wide
    for column in wide:
        assert isinstance(column.type, BigInteger), column
        assert isinstance(column.type.dialect_impl(sqlite.dialect()), Integer)


def test_texts_that_are_keys_sort_by_code_point() -> None:
    for table in metadata.tables.values():
        for column in table.primary_key:
            if isinstance(column.type, Text):
                assert column.type.dialect_impl(postgresql.dialect()).collation == "C", column


def test_every_constraint_has_a_name_so_that_a_migration_can_change_it() -> None:
    for table in metadata.tables.values():
        assert all(one.name for one in table.constraints)
        assert all(one.name for one in table.indexes)
