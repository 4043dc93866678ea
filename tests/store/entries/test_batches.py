# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

from dirserver.store.entries import batches
from dirserver.store.entries.batches import BatchRow
from tests.parts import CoreParts

ROW = BatchRow("b1", "import", "people.csv", "ada", "cli", 5)


def test_batches_are_listed_newest_first_and_marked_when_undone(parts: CoreParts) -> None:
    newer = replace(ROW, id="b2", at_us=9)
    with parts.store.writing() as tx:
        batches.add(tx, ROW)
        batches.add(tx, newer)
        batches.mark_undone(tx, "b1", 11)
        assert batches.listed(tx) == (newer, replace(ROW, undone_us=11))
        assert batches.fetch(tx, "b2") == newer
        assert batches.fetch(tx, "nothing") is None
