# SPDX-License-Identifier: GPL-3.0-or-later
"""The cookie of content synchronization (RFC 4533 section 2.1.2): where a mirror stands. The server keeps nothing.

OpenLDAP keeps nothing of a cookie but change sequence numbers, compares them as text, and only empties its copy of what is gone when
they have grown and are as many as before. So a cookie is written as it writes them: ``rid=001,csn=A;B;...``, each

    20000101000000.004711Z#c0ffee#00a#c0ffee

a "time" that is really two numbers, then 48 bits that say of what it speaks: a book as one View and one search see it (``mark``).
The first number grows with each change of rights, groups or books, so every CSN grows when what the others speak of changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_BITS = 28
_MOST = (1 << _BITS) - 1
_PADDED_TO = 16
_RID = re.compile(r"(?:^|,)rid=(\d{1,3})(?=,|$)")
_CSN = re.compile(r"(\d{14}\.\d{6})Z#([0-9a-f]{6})#[0-9a-f]{3}#([0-9a-f]{6})")
_US = timedelta(microseconds=1)
_NOTHING = "0" * 12

MARK_LENGTH = 12
"""Hexadecimal digits of a mark."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in one sequence of changes: ``mark`` says which sequence."""

    mark: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Cookie:
    """Where a mirror stands: the number by mark. ``rid`` is what OpenLDAP calls the link, given back as it came."""

    numbers: Mapping[str, int]
    rid: str = "000"

    @classmethod
    def read(cls, octets: bytes | None) -> Cookie:
        """Read a cookie; what we did not write says nothing, as none would: then everything is told."""
        text = (octets or b"").decode("ascii", "replace")
        rid = _RID.search(text)
        numbers = {}
        for moment, one, other in _CSN.findall(text):
            value = _value_of(moment)
            if value is not None:
                numbers[one + other] = value & _MOST
        return cls(numbers, rid.group(1).zfill(3) if rid is not None else "000")


def write(rid: str, access: int, points: Sequence[Point]) -> bytes:
    """Return a cookie that names these points, always the same ones in the same order; ``access`` is the number of rights."""
    # As many as before also when there is a book more: see above.
    padded = [*points, *[Point(_NOTHING)] * (-len(points) % _PADDED_TO)]
    csns = [f"{_moment_of(access, point.number)}Z#{point.mark[:6]}#{sid & 0xFFF:03x}#{point.mark[6:]}" for sid, point in enumerate(padded)]
    return f"rid={rid},csn={';'.join(csns)}".encode()


def csn(access: int, number: int) -> bytes:
    """Return the CSN of an entry that is told now: greater than any that was told before, and no greater than the cookie's."""
    return f"{_moment_of(access, number)}Z#000000#000#000000".encode()


def _moment_of(access: int, number: int) -> str:
    value = (min(access, _MOST) << _BITS) | min(number, _MOST)
    return (_BEGINNING + value * _US).strftime("%Y%m%d%H%M%S.%f")


def _value_of(moment: str) -> int | None:
    try:
        parsed = datetime.strptime(moment + "+0000", "%Y%m%d%H%M%S.%f%z")
    except ValueError:
        return None
    value = (parsed - _BEGINNING) // _US
    return value if value >= 0 else None
