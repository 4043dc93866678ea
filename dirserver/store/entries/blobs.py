# SPDX-License-Identifier: GPL-3.0-or-later
"""Photos and other media, once each, by content; and which of them nothing refers to any more.

Nothing counts who shows a photo. What refers to none of them is found by looking through all cards, and is removed only where nobody has
brought the photo for a day: whoever brings one that is here already says so in its row, so none goes while it is being saved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.self_service_tables import proposal
from dirserver.store.schema.tables import blob, entry, history

_CHUNK = 200
_HOUR_US = 3600 * 1_000_000
_BROUGHT_LATELY_US = 12 * _HOUR_US
RESTING_US = 24 * _HOUR_US
"""So long nobody must have brought a photo before it may go: longer than ``add`` takes one for brought lately."""

_REFERENCE = "blob:sha256-"
_REFERENCES = re.compile(r"blob:sha256-([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Blob:
    """Octets with their type; ``digest`` is their SHA-256 in hexadecimal digits."""

    digest: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where cards are that may refer to photos: the column that numbers them, and those with cards."""

    number: Column[int]
    cards: tuple[Column[str], ...]


PLACES = (
    Place(entry.c.id, (entry.c.card,)),
    Place(history.c.entry_id, (history.c.card,)),
    Place(proposal.c.id, (proposal.c.before, proposal.c.after)),
)
"""All of them; entries before their history, because what is changed while somebody looks goes that way."""


def add(tx: WriteTx, blobs: Sequence[Blob], at_us: int) -> None:
    """Keep what isn't there yet, and note of the rest that it was brought again."""
    new = {one.digest: one for one in blobs}
    digests = list(new)
    for start in range(0, len(digests), _CHUNK):
        is_known = blob.c.digest.in_(digests[start : start + _CHUNK]) & (blob.c.added_us >= at_us - _BROUGHT_LATELY_US)
        for digest in tx.connection.execute(select(blob.c.digest).where(is_known)).scalars():
            del new[digest]
    if new:
        insert = insert_in_sqlite if tx.is_sqlite else insert_in_postgresql
        # One statement: what is removed at this moment is here again afterwards. In one order, so that no two wait for each other.
        question = insert(blob).on_conflict_do_update(index_elements=["digest"], set_={"added_us": at_us})
        tx.connection.execute(
            question,
            [{"digest": one.digest, "media_type": one.media_type, "data": one.data, "added_us": at_us} for _, one in sorted(new.items())],
        )


def fetch(tx: ReadTx, digest: str) -> Blob | None:
    """Return the octets of that digest, or None."""
    row = tx.connection.execute(select(blob.c.digest, blob.c.media_type, blob.c.data).where(blob.c.digest == digest)).one_or_none()
    return None if row is None else Blob(row.digest, row.media_type, bytes(row.data))


def last_number(tx: ReadTx, place: Place) -> int:
    """Return the highest number of a place."""
    return int(tx.connection.execute(select(func.coalesce(func.max(place.number), 0))).scalar_one())


def referred(tx: ReadTx, place: Place, after: int, until: int) -> frozenset[str]:
    """Return the digests that cards of a place refer to, of numbers above ``after`` up to ``until``."""
    some = (place.number > after) & (place.number <= until)
    holds: ColumnElement[bool] = or_(*(card.contains(_REFERENCE) for card in place.cards))
    rows = tx.connection.execute(select(*place.cards).where(some, holds))
    return frozenset(digest for row in rows for card in row for digest in _REFERENCES.findall(card))


def resting(tx: ReadTx, after: str, before_us: int, most: int) -> tuple[str, ...]:
    """Return digests above ``after``, in order, that nobody has brought since ``before_us``."""
    question = select(blob.c.digest).where(blob.c.digest > after, blob.c.added_us < before_us)
    return tuple(tx.connection.execute(question.order_by(blob.c.digest).limit(most)).scalars())


def drop(tx: WriteTx, digests: Sequence[str], before_us: int) -> int:
    """Remove those of them that nobody has brought since ``before_us``, and return how many there were."""
    gone = delete(blob).where(blob.c.digest.in_(digests), blob.c.added_us < before_us)
    return int(tx.connection.execute(gone).rowcount)
