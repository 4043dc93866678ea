# SPDX-License-Identifier: GPL-3.0-or-later
"""By what the rows of a file are called: to see that nothing comes twice, and what a reference to another row means.

Rules of this file: a file may be larger than memory, so a key is kept as 64 bits of a hash and nothing else of a row is kept.
Two of a million keys collide once in some forty million files; the price is one row refused.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from enum import Enum
from hashlib import blake2b
from uuid import UUID, uuid4, uuid5

from dirserver.errors import BadInput
from dirserver.exchange.row import Row
from dirserver.model.dn import DN
from dirserver.model.fold import fold

_AMBIGUOUS = 0


class By(Enum):
    """By what a row is called."""

    UUID = "uuid"
    UID = "UID"
    NAME = "uid"
    MAIL = "mail"
    DN = "dn"


class Keys:
    """The keys of every row. ``nonce`` makes the UUIDs of rows that bring none: the same in each pass over the file."""

    def __init__(self) -> None:
        self.nonce = uuid4()
        self._lines = _Table()
        # Rows that bring a UUID: their lines, which ascend, and the 16 octets of each.
        self._given_lines = array("Q")
        self._given = bytearray()

    def take(self, row: Row) -> tuple[By, int] | None:
        """Remember a row, after those before it; give what it has in common with an earlier row, and that one's line, or None."""
        twin: tuple[By, int] | None = None
        if row.uuid is not None:
            self._given_lines.append(row.line)
            self._given += UUID(row.uuid).bytes
        for by, key in _keys(row):
            first = self._lines.put(_hash(by, key), row.line)
            if first == row.line:
                continue
            if by is By.MAIL:
                self._lines.put(_hash(by, key), _AMBIGUOUS, anew=True)
            elif twin is None:
                twin = (by, first)
        return twin

    def uuid_for(self, row: Row) -> str:
        """Return the UUID of a new entry made from this row."""
        return row.uuid or self.uuid_at(row.line)

    def line_of(self, by: By, key: str) -> int | None:
        """Return the line of the row that ``key`` names, None when there is none or more than one."""
        return self._lines.get(_hash(by, _plain(by, key))) or None

    def uuid_at(self, line: int) -> str:
        """Return the UUID that the row at ``line`` has or, if it is new, will have."""
        at = bisect_left(self._given_lines, line)
        if at < len(self._given_lines) and self._given_lines[at] == line:
            return str(UUID(bytes=bytes(self._given[at * 16 : at * 16 + 16])))
        return str(uuid5(self.nonce, str(line)))


class _Table:
    """Lines by hash, in two arrays: some 24 to 48 octets a key, where a dictionary takes five times as much."""

    def __init__(self) -> None:
        self._resize(1024)

    def put(self, wanted: int, line: int, *, anew: bool = False) -> int:
        """Put ``line`` under a hash unless there is one; give the line that is there then. ``anew`` replaces what is there."""
        if self._used * 3 > len(self._hashes) * 2:
            self._grow()
        at = self._slot(wanted)
        if self._hashes[at] == 0:
            self._hashes[at] = wanted
            self._used += 1
        elif not anew:
            return self._lines[at]
        self._lines[at] = line
        return line

    def get(self, wanted: int) -> int:
        """Return the line under a hash, 0 when there is none."""
        return self._lines[self._slot(wanted)]

    def _slot(self, wanted: int) -> int:
        mask = len(self._hashes) - 1
        at = wanted & mask
        while self._hashes[at] not in (0, wanted):
            at = (at + 1) & mask
        return at

    def _resize(self, size: int) -> None:
        self._hashes = array("Q", bytes(8 * size))
        self._lines = array("Q", bytes(8 * size))
        self._used = 0

    def _grow(self) -> None:
        hashes, lines = self._hashes, self._lines
        self._resize(len(hashes) * 2)
        for at, wanted in enumerate(hashes):
            if wanted:
                self.put(wanted, lines[at], anew=True)


def _keys(row: Row) -> list[tuple[By, str]]:
    found: list[tuple[By, str]] = []
    if row.uuid is not None:
        found.append((By.UUID, row.uuid))
    elif row.card is not None and row.card.uid:
        found.append((By.UID, row.card.uid))
    if row.name is not None:
        found.append((By.NAME, _plain(By.NAME, row.name)))
    if row.dn:
        found.append((By.DN, _plain(By.DN, row.dn)))
    found += [(By.MAIL, _plain(By.MAIL, str(mail))) for mail in row.values.get("mail", ())]
    return found


def _plain(by: By, key: str) -> str:
    if by is By.DN:
        try:
            return repr([sorted(rdn) for rdn in DN.parse(key).key])
        except BadInput:
            return fold(key)
    return fold(key)


def _hash(by: By, key: str) -> int:
    # 0 is an empty place in the table.
    return int.from_bytes(blake2b(f"{by.value}:{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1
