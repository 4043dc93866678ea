# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.store.accounts import throttling
from dirserver.store.accounts.throttling import ThrottleRow
from dirserver.store.engine.opening import Store
from tests.parts import CoreParts


@pytest.fixture
def store(parts: CoreParts) -> Store:
    return parts.store


def found(store: Store, name: str) -> ThrottleRow | None:
    with store.reading() as tx:
        return throttling.named(tx, [name, "another"]).get(name)


def count(store: Store, at_us: int) -> None:
    with store.writing() as tx:
        throttling.count(tx, "a", at_us, lasting_us=100, most=3, stopping_us=1000)


def test_counts_grow_last_longer_from_the_most_on_and_begin_anew_when_they_are_over(store: Store) -> None:
    for at_us, expected in ((5, (1, 105)), (50, (2, 150)), (60, (3, 1060)), (70, (4, 1070)), (1070, (1, 1170))):
        count(store, at_us)
        assert found(store, "a") == ThrottleRow("a", *expected)


def test_what_is_forgiven_never_goes_below_nothing(store: Store) -> None:
    count(store, 5)
    count(store, 6)
    for left in (1, 0, 0):
        with store.writing() as tx:
            throttling.forgive(tx, "a", 1)
        row = found(store, "a")
        assert row is not None
        assert row.count == left
    with store.writing() as tx:
        throttling.drop(tx, "a")
    assert found(store, "a") is None


def test_a_bucket_leaks_evenly(store: Store) -> None:
    for at_us, over_us in ((0, 10), (1, 20), (2, 30), (25, 40), (100, 110)):
        with store.writing() as tx:
            throttling.pour(tx, "b", at_us, 10)
        row = found(store, "b")
        assert row is not None
        assert row.over_us == over_us


def test_a_place_is_kept_for_the_longest_time_that_was_said(store: Store) -> None:
    for until_us, kept in ((50, 50), (20, 50), (70, 70)):
        with store.writing() as tx:
            throttling.keep(tx, "p", until_us)
        assert found(store, "p") == ThrottleRow("p", 0, kept)


def test_a_sweep_removes_what_is_over_and_what_would_be_over_first(store: Store) -> None:
    with store.writing() as tx:
        for number in range(10):
            throttling.keep(tx, f"n{number}", number)
        throttling.sweep(tx, 3, most=4)
        assert sorted(throttling.named(tx, [f"n{number}" for number in range(10)])) == ["n6", "n7", "n8", "n9"]
