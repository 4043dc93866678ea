# SPDX-License-Identifier: GPL-3.0-or-later
"""The head of SQLite's WAL index, which each commit changes: read from memory that SQLite has mapped, without a call of the system.

``PRAGMA data_version`` looks at the same octets, with two locks and a statement around them (4 us; this: 0.2). The head
(sqlite.org/walformat.html, section 2.1) is there twice; both are compared as they are: one that is just being written counts as another.

The file is never opened here: to close it would take away the locks that SQLite holds on it (POSIX).
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

_HEADS = 96
_VERSION = 3_007_000
_IS_INIT = 12
_PARTS = 6
_MAPS = Path("/proc/self/maps")


class WalIndex:
    """Good as long as the connection is open that the index was found for."""

    __slots__ = ("_head",)

    def __init__(self, address: int) -> None:
        self._head = (ctypes.c_char * _HEADS).from_address(address)

    def read(self) -> bytes:
        """Return the octets that every commit changes, whoever makes it; other things may change them too."""
        return self._head.raw

    @classmethod
    def of(cls, database: str) -> WalIndex | None:
        """Return the index of a database file that this process has open and has read; None where it can't be told for certain."""
        try:
            file = Path(database).resolve()
            file = file.with_name(file.name + "-shm")
            inode = str(file.stat().st_ino)
            with _MAPS.open(encoding="utf-8", errors="surrogateescape") as maps:
                found = [line.split(maxsplit=_PARTS - 1) for line in maps if inode in line]
        except OSError:
            return None
        for parts in found:
            # From where to where, rights, offset, device, inode, path.
            if len(parts) == _PARTS and parts[2].strip("0") == "" and (parts[4], parts[5].rstrip("\n")) == (inode, str(file)):
                index = cls(int(parts[0].partition("-")[0], 16))
                head = index.read()
                is_one = int.from_bytes(head[:4], sys.byteorder) == _VERSION and head[_IS_INIT] == 1
                return index if is_one else None
        return None
