# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies that are still being made while they leave, and what happens when the client takes its time.

A long answer is read from one snapshot of the database. A phone on a bad line may take half an hour for it, and a snapshot that
is held so long makes SQLite's log grow with every change meanwhile. So who is slow gets the rest from a file without a name: it
is made at once, and what it was read from is given back.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import chain
from typing import IO

PATIENCE_S = 5.0
"""How long an answer is read from the database while it leaves."""
MOST_ASIDE_BYTES = 1024 * 1024 * 1024
"""What may lie in such files at the same time, in one process; beyond, a client is waited for as before."""

_BLOCK_BYTES = 65_536
_FILE_BUFFER_BYTES = 262_144


class _Room:
    """How much may still be put aside. Safe for threads."""

    def __init__(self, free_bytes: int) -> None:
        self._free_bytes = free_bytes
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        with self._lock:
            if self._free_bytes < size:
                return False
            self._free_bytes -= size
            return True

    def give_back(self, size: int) -> None:
        with self._lock:
            self._free_bytes += size


_room = _Room(MOST_ASIDE_BYTES)


class Stream:
    """A body that is still being made: an iterable for WSGI, which calls ``close`` when the client is gone or served.

    ``source`` is closed by name: a generator that nobody began wouldn't close what it reads from. ``patience_s`` None: it is read
    from as long as it takes.
    """

    def __init__(self, blocks: Iterator[bytes], source: object, patience_s: float | None = None) -> None:
        self._blocks = blocks
        self._source = source
        self._until = None if patience_s is None else time.monotonic() + patience_s
        self._aside: _Aside | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            if self._until is not None and time.monotonic() > self._until:
                self._until = None
                self._put_aside()
            return next(self._blocks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give back what the body is read from. More than once is fine."""
        if self._aside is not None:
            self._aside.close()
        self._give_back()

    def _put_aside(self) -> None:
        self._aside = _Aside()
        if self._aside.fill(self._blocks):
            self._give_back()
            self._blocks = self._aside.blocks()
        else:
            self._blocks = chain(self._aside.blocks(), self._blocks)

    def _give_back(self) -> None:
        close = getattr(self._source, "close", None)
        if close is not None:
            close()


class _Aside:
    """The rest of one body, in a file that is gone with its last reader."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(buffering=_FILE_BUFFER_BYTES)  # noqa: SIM115 - close() closes it
        self._size = 0

    def fill(self, blocks: Iterator[bytes]) -> bool:
        """Take the blocks in; False when there was no room for all of them."""
        for block in blocks:
            self._file.write(block)
            if not _room.take(len(block)):
                return False
            self._size += len(block)
        return True

    def blocks(self) -> Iterator[bytes]:
        """Return what was taken in."""
        self._file.seek(0)
        return iter(lambda: self._file.read(_BLOCK_BYTES), b"")

    def close(self) -> None:
        """Make room for others. More than once is fine."""
        self._file.close()
        _room.give_back(self._size)
        self._size = 0
