# SPDX-License-Identifier: GPL-3.0-or-later
"""By what the rows of a file are called: to see that nothing comes twice, and what a reference to another row means.

Rules of this file: a file may be larger than memory, so a key is kept as 64 bits of a hash and nothing else of a row is kept.
Two of a million keys collide once in some forty million files; the price is one row refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Keys:
    """The keys of every row. ``nonce`` makes the UUIDs of rows that bring none: the same in each pass over the file."""

    nonce: UUID = field(default_factory=uuid4)
    _lines: dict[int, int] = field(default_factory=dict)
    _given: dict[int, int] = field(default_factory=dict)

    def take(self, row: Row) -> tuple[By, int] | None:
        """Remember a row; give what it has in common with an earlier row, and that one's line, or None."""
        twin: tuple[By, int] | None = None
        if row.uuid is not None:
            self._given[row.line] = UUID(row.uuid).int
        for by, key in _keys(row):
            first = self._lines.setdefault(_hash(by, key), row.line)
            if first == row.line:
                continue
            if by is By.MAIL:
                self._lines[_hash(by, key)] = _AMBIGUOUS
            elif twin is None:
                twin = (by, first)
        return twin

    def uuid_for(self, row: Row) -> str:
        """Return the UUID of a new entry made from this row."""
        return row.uuid or self._uuid_at(row.line)

    def line_of(self, by: By, key: str) -> int | None:
        """Return the line of the row that ``key`` names, None when there is none or more than one."""
        return self._lines.get(_hash(by, _plain(by, key))) or None

    def uuid_at(self, line: int) -> str:
        """Return the UUID that the row at ``line`` has or, if it is new, will have."""
        return self._uuid_at(line)

    def _uuid_at(self, line: int) -> str:
        given = self._given.get(line)
        return str(UUID(int=given)) if given is not None else str(uuid5(self.nonce, str(line)))


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
    return int.from_bytes(blake2b(f"{by.value}:{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
