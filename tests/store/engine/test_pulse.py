# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dirserver.errors import Unavailable
from dirserver.store.engine import counters
from dirserver.store.engine.opening import open_store
from dirserver.store.engine.pulse import Pulse
from dirserver.store.engine.wal_index import WalIndex
from tests.cast import Company
from tests.parts import CoreParts


def rests(pulse: Pulse, parts: CoreParts) -> bool:
    """Tell whether nothing moves. PostgreSQL's snapshot names transactions of the whole cluster: those of other tests come between."""
    return not all(pulse.has_moved() for _ in range(1 if parts.store.is_sqlite else 200))


def test_it_moves_with_every_commit_and_with_nothing_else(parts: CoreParts, company: Company, copied_url: str) -> None:
    other = open_store(copied_url)
    pulse = parts.store.pulse()
    try:
        assert pulse.has_moved()
        assert rests(pulse, parts)
        with parts.store.reading() as tx:
            counters.access_number(tx)
        assert rests(pulse, parts)
        for store in (parts.store, other):
            with store.writing() as tx:
                counters.advance_access(tx)
                # On SQLite nothing is seen of it; PostgreSQL may say that somebody writes.
                assert not (pulse.has_moved() and parts.store.is_sqlite)
            assert pulse.has_moved()
            assert rests(pulse, parts)
    finally:
        pulse.close()
        other.close()


@pytest.mark.parametrize("is_in_memory", [True, False])
def test_what_another_process_commits_moves_it_too(tmp_path: Path, monkeypatch, *, is_in_memory: bool) -> None:
    if not is_in_memory:
        monkeypatch.setattr(WalIndex, "of", classmethod(lambda _cls, _database: None))
    file = tmp_path / "pulse.db"
    store = open_store(f"sqlite:///{file}")
    pulse = store.pulse()
    assert pulse.has_moved()
    assert not pulse.has_moved()
    write = f"import sqlite3; c = sqlite3.connect({str(file)!r}); c.execute('create table if not exists beside (it)'); {{}}c.commit()"
    for statement in ("", "c.execute('insert into beside values (1)'); ", "c.execute('pragma wal_checkpoint(truncate)'); "):
        subprocess.run([sys.executable, "-c", write.format(statement)], check=True, timeout=60)
        # Whether a checkpoint alone moves it is all the same.
        assert pulse.has_moved() or "checkpoint" in statement
        assert not pulse.has_moved()
    subprocess.run([sys.executable, "-c", write.format("c.execute('insert into beside values (2)'); ")], check=True, timeout=60)
    assert pulse.has_moved()
    pulse.close()
    store.close()


def test_when_the_database_is_gone_it_says_so_and_comes_back(parts: CoreParts, company: Company, monkeypatch) -> None:
    pulse = parts.store.pulse()
    with monkeypatch.context() as broken:
        broken.setattr(pulse, "_question", "no question")
        with pytest.raises(Unavailable):
            pulse.has_moved()
    assert pulse.has_moved()
    assert rests(pulse, parts)
    pulse.close()
    pulse.close()
