# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sqlite3
from pathlib import Path

from dirserver.store.engine.wal_index import WalIndex


def opened(file: Path, *, is_wal: bool = True) -> sqlite3.Connection:
    made = sqlite3.connect(file)
    if is_wal:
        made.execute("pragma journal_mode = wal")
    made.execute("create table if not exists some (it)")
    made.execute("select * from some").fetchall()
    made.commit()
    return made


def test_each_commit_changes_it_and_reading_does_not(tmp_path: Path) -> None:
    file = tmp_path / "with a space.db"
    one, other = opened(file), opened(file)
    index = WalIndex.of(str(file))
    assert index is not None
    before = index.read()
    other.execute("select * from some").fetchall()
    assert index.read() == before
    other.execute("insert into some values (1)")
    assert index.read() == before
    other.commit()
    assert index.read() != before
    one.close()
    other.close()


def test_by_another_name_it_is_the_same(tmp_path: Path) -> None:
    one = opened(tmp_path / "one.db")
    (tmp_path / "link.db").symlink_to(tmp_path / "one.db")
    assert WalIndex.of(str(tmp_path / "link.db")) is not None
    one.close()


def test_what_is_not_in_memory_has_none(tmp_path: Path) -> None:
    assert WalIndex.of(str(tmp_path / "nothing.db")) is None
    opened(tmp_path / "closed.db").close()
    assert WalIndex.of(str(tmp_path / "closed.db")) is None
    plain = opened(tmp_path / "plain.db", is_wal=False)
    assert WalIndex.of(str(tmp_path / "plain.db")) is None
    plain.close()
