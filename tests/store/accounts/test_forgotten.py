# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.accounts import forgotten
from dirserver.store.accounts.forgotten import Said
from dirserver.store.engine.opening import open_store


def test_each_is_taken_once_oldest_first_and_counted_until_it_is_old(copied_url: str) -> None:
    store = open_store(copied_url)
    with store.writing() as tx:
        assert forgotten.counts(tx, "k", "n", 0) == (0, 0, 0)
        for number, (key, network) in enumerate((("k", "n"), ("k", "m"), ("l", "n")), start=1):
            forgotten.add(tx, Said(key, f"name {number}", "192.0.2.1", network, "en", number))
        assert forgotten.counts(tx, "k", "n", 0) == (2, 2, 3)
        assert forgotten.counts(tx, "k", "n", 1) == (1, 1, 2)
    with store.writing() as tx:
        assert [said.typed for _ in range(3) if (said := forgotten.take(tx)) is not None] == ["name 1", "name 2", "name 3"]
        assert forgotten.take(tx) is None
        assert not forgotten.is_waiting(tx)
        forgotten.drop_old(tx, 3)
        assert forgotten.counts(tx, "l", "n", 0) == (1, 1, 1)
    store.close()
