# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from dirserver.errors import Conflict, Unavailable
from dirserver.store.engine.counters import access_number, advance_access
from dirserver.store.engine.opening import Store, WriteTx, open_store
from dirserver.store.entries import batches
from dirserver.store.entries.batches import BatchRow

ROW = BatchRow("b", "import", "people.csv", "ada", "cli", 1)


@pytest.fixture
def store(copied_url: str) -> Iterator[Store]:
    opened = open_store(copied_url)
    yield opened
    opened.close()


def add(tx: WriteTx, name: str) -> None:
    batches.add(tx, replace(ROW, id=name))


def stored(store: Store) -> set[str]:
    with store.reading() as tx:
        return {row.id for row in batches.listed(tx)}


class Crowd:
    """Brief writers that all wait while somebody else writes, so that they share their commits."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.errors: dict[str, BaseException] = {}
        self._threads: list[threading.Thread] = []

    def write(self, name: str, *steps: object, is_brief: bool = True) -> None:
        """Let a thread add a row under a name, then take steps (which may raise)."""

        def work() -> None:
            try:
                with self.store.writing(is_brief=is_brief) as tx:
                    add(tx, name)
                    for step in steps:
                        step(tx)  # type: ignore[operator]
            except BaseException as error:  # noqa: BLE001 # looked at by the test
                self.errors[name] = error

        thread = threading.Thread(target=work)
        thread.start()
        self._threads.append(thread)

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Hold the writers of this block up until its end, then wait for all of them."""
        if self.store.is_sqlite:
            with self.store.writing():
                yield
        else:
            yield
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()


def fail(_tx: WriteTx) -> None:
    raise RuntimeError("of its own")


def break_a_rule(tx: WriteTx) -> None:
    add(tx, "twice")
    add(tx, "twice")


def test_each_of_many_writers_is_told_of_its_own_fate(store: Store) -> None:
    crowd = Crowd(store)
    with crowd.held_up():
        for number in range(6):
            crowd.write(f"good{number}")
        crowd.write("bad", fail)
        crowd.write("clash", break_a_rule)
        crowd.write("long", is_brief=False)
        crowd.write("rights", advance_access)
    assert stored(store) == {"good0", "good1", "good2", "good3", "good4", "good5", "long", "rights"}
    assert {name: type(error) for name, error in crowd.errors.items()} == {"bad": RuntimeError, "clash": Conflict}


def test_nobody_is_told_of_success_before_the_commit_and_all_are_told_when_it_fails(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL commits each by itself")
    ends = store._connections
    commit, shared = ends.end, []

    def refused(pooled: object) -> None:
        shared.append(ends._turns)
        if len(shared) == 2:
            raise Unavailable("the database's disk is full")
        commit(pooled)  # type: ignore[arg-type]

    monkeypatch.setattr(ends, "end", refused)
    crowd = Crowd(store)
    with crowd.held_up():
        for number in range(4):
            crowd.write(f"b{number}")
    lost = set(crowd.errors)
    assert lost
    assert stored(store) == {"b0", "b1", "b2", "b3"} - lost
    assert all(isinstance(error, Unavailable) for error in crowd.errors.values())
    with store.writing(is_brief=True) as tx:
        add(tx, "after")
    assert "after" in stored(store)


def test_what_changes_rights_is_seen_by_nobody_before_its_commit(store: Store) -> None:
    seen: list[tuple[int, int]] = []

    def look(tx: WriteTx) -> None:
        with store.reading() as other:
            seen.append((access_number(tx), access_number(other)))

    crowd = Crowd(store)
    with crowd.held_up():
        for number in range(3):
            crowd.write(f"rights{number}", look, advance_access)
            crowd.write(f"entry{number}", look)
    assert crowd.errors == {}
    assert len(seen) == 6
    assert not store.is_sqlite or all(within == committed for within, committed in seen)


def test_a_crowd_of_writers_loses_nothing(store: Store) -> None:
    def write(number: int) -> None:
        with suppress(RuntimeError), store.writing(is_brief=number % 5 != 0) as tx:
            add(tx, f"b{number}")
            if number % 7 == 0:
                raise RuntimeError

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(100)))
    assert stored(store) == {f"b{number}" for number in range(100) if number % 7}
