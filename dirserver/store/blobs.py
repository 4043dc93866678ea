# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos and other media, once each, by content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select

from dirserver.store.opening import ReadTx, WriteTx
from dirserver.store.tables import blob

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Blob:
    """Octets with their type; ``digest`` is ``sha256-`` and 64 hexadecimal digits."""

    digest: str
    media_type: str
    data: bytes


def add(tx: WriteTx, blobs: Sequence[Blob]) -> None:
    """Keep what isn't there yet."""
    new = {one.digest: one for one in blobs}
    digests = list(new)
    for start in range(0, len(digests), _CHUNK):
        known = select(blob.c.digest).where(blob.c.digest.in_(digests[start : start + _CHUNK]))
        for digest in tx.connection.execute(known).scalars():
            del new[digest]
    if new:
        tx.connection.execute(
            insert(blob), [{"digest": one.digest, "media_type": one.media_type, "data": one.data} for one in new.values()]
        )


def fetch(tx: ReadTx, digest: str) -> Blob | None:
    """Return the octets of that digest, or None."""
    row = tx.connection.execute(select(blob.c.digest, blob.c.media_type, blob.c.data).where(blob.c.digest == digest)).one_or_none()
    return None if row is None else Blob(row.digest, row.media_type, bytes(row.data))
