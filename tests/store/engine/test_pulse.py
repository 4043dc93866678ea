# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import Unavailable
from dirserver.store.engine import counters
from dirserver.store.engine.opening import open_store
from dirserver.store.engine.pulse import Pulse
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


def test_when_the_database_is_gone_it_says_so_and_comes_back(parts: CoreParts, company: Company, monkeypatch) -> None:
    pulse = parts.store.pulse()
    assert pulse.has_moved()
    with monkeypatch.context() as broken:
        broken.setattr(pulse, "_question", "no question")
        with pytest.raises(Unavailable):
            pulse.has_moved()
    assert pulse.has_moved()
    assert rests(pulse, parts)
    pulse.close()
    pulse.close()
