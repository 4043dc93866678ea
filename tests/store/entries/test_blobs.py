# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib

from dirserver.store.entries import blobs
from dirserver.store.entries.blobs import Blob
from dirserver.store.schema.tables import metadata
from tests.parts import CoreParts

NOW = 10**15


def blob(data: bytes) -> Blob:
    return Blob(hashlib.sha256(data).hexdigest(), "image/jpeg", data)


def test_octets_are_kept_once_however_often_they_come(parts: CoreParts) -> None:
    many = [blob(bytes([number % 256, number // 256])) for number in range(500)]
    with parts.store.writing() as tx:
        blobs.add(tx, [many[0], many[0]], NOW)
        blobs.add(tx, many, NOW)
        blobs.add(tx, [], NOW)
        assert [blobs.fetch(tx, one.digest) for one in many] == many
        assert blobs.fetch(tx, "0" * 64) is None


def test_any_octets_come_back(parts: CoreParts) -> None:
    data = bytes(range(256)) * 100 + b"\x00"
    with parts.store.writing() as tx:
        blobs.add(tx, [blob(data)], NOW)
        assert blobs.fetch(tx, blob(data).digest).data == data


def test_every_column_that_holds_cards_is_looked_through() -> None:
    looked_at = {str(column) for place in blobs.PLACES for column in place.cards}
    named = {str(column) for table in metadata.sorted_tables for column in table.columns if column.name in {"card", "before", "after"}}
    assert looked_at == named
