# SPDX-License-Identifier: GPL-3.0-or-later
"""How far imports are, in memory that the processes of one machine share.

While an import writes, SQLite lets nobody else write how far it is. The workers are forks of one parent (decision 0037), so a page
that was made before it forked is the same memory in each of them, whichever imports and whichever is asked. Where it isn't shared (a
process of its own, another machine), nothing is found here, and what the database says holds.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from typing import NamedTuple

_SLOTS = 128
_KEY_OCTETS = 16
_SLOT = struct.Struct(f"={_KEY_OCTETS}sQQ")
_NOBODY = bytes(_KEY_OCTETS)
_SHARED = mmap.mmap(-1, _SLOTS * _SLOT.size)


class Beat(NamedTuple):
    """How many octets of an import are done, and when it said so."""

    done: int
    at_us: int


def note(upload_id: str, beat: Beat) -> None:
    """Say how far the import of a file is. Two imports whose names fall together take the place of each other: a bar that waits."""
    key, place = _place(upload_id)
    _SLOT.pack_into(_SHARED, place, key, beat.done, beat.at_us)


def latest(upload_id: str) -> Beat | None:
    """Return how far the import of a file said it was, None if nobody said so here."""
    key, place = _place(upload_id)
    said, done, at_us = _SLOT.unpack_from(_SHARED, place)
    return Beat(done, at_us) if said == key else None


def forget(upload_id: str) -> None:
    """It has ended: what the database says holds."""
    if latest(upload_id) is not None:
        _SLOT.pack_into(_SHARED, _place(upload_id)[1], _NOBODY, 0, 0)


def _place(upload_id: str) -> tuple[bytes, int]:
    key = hashlib.blake2s(upload_id.encode(), digest_size=_KEY_OCTETS).digest()
    return key, int.from_bytes(key[:4], "big") % _SLOTS * _SLOT.size
