# SPDX-License-Identifier: GPL-3.0-or-later
"""The board: memory that all processes of one server share, a slot for each, numbers of 64 bits in it.

It is a file without a name (memfd_create(2)), whose descriptor is handed to each worker: also to one that is no fork but a program of its
own. Each number has one process that writes it. Who reads finds each number whole, and two of them perhaps of different moments.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import time
from collections.abc import Sequence
from enum import IntEnum

CELLS = 2_048
"""Numbers of a slot."""
_OCTETS = 8
_NAME_OCTETS = 32


class _Cell(IntEnum):
    """Where in a slot what stands that the parent writes; a name of 32 octets goes before it."""

    PID = 4
    STARTS = 5
    IS_UP = 6
    STARTED_US = 7
    DAILY_US = 8
    DEATHS = 9


FIRST_FREE = 16
"""From here on a slot belongs to its worker."""


class Slot:
    """What is known of one process."""

    def __init__(self, board: Board, place: int) -> None:
        self.board = board
        self.place = place
        whole = board.cells[place * CELLS : (place + 1) * CELLS]
        self._head = whole[:FIRST_FREE]
        self.cells = whole[FIRST_FREE:]

    @property
    def name(self) -> str:
        """What it is called (``http-1``)."""
        return bytes(self._head[: _NAME_OCTETS // _OCTETS]).rstrip(b"\0").decode()

    @property
    def pid(self) -> int:
        """Its number; 0 while there is no such process."""
        return int(self._head[_Cell.PID])

    @property
    def starts(self) -> int:
        """How often it was started."""
        return int(self._head[_Cell.STARTS])

    @property
    def deaths(self) -> int:
        """How often it ended without being told to."""
        return int(self._head[_Cell.DEATHS])

    @property
    def is_up(self) -> bool:
        """Tell whether it runs and has said that it is ready."""
        return bool(self._head[_Cell.IS_UP])

    @property
    def started_us(self) -> int:
        """When it was started last, in microseconds since 1970; 0 for never."""
        return int(self._head[_Cell.STARTED_US])

    @property
    def daily_us(self) -> int:
        """When what is done once a day was done last, as far as this run of the server knows; 0 for not yet."""
        return int(self._head[_Cell.DAILY_US])

    # From the parent

    def begin(self, pid: int) -> None:
        """It was started."""
        self._head[_Cell.PID] = pid
        self._head[_Cell.IS_UP] = 0
        self._head[_Cell.STARTED_US] = time.time_ns() // 1_000
        self._head[_Cell.STARTS] += 1

    def be_up(self) -> None:
        """It is ready."""
        self._head[_Cell.IS_UP] = 1

    def go_back_to(self, pid: int) -> None:
        """Who was to follow this one couldn't: it goes on, and counts here again."""
        self._head[_Cell.PID] = pid
        self._head[_Cell.IS_UP] = 1

    def end(self) -> None:
        """It is gone, and nobody had told it to go."""
        self._head[_Cell.PID] = self._head[_Cell.IS_UP] = 0
        self._head[_Cell.DEATHS] += 1

    def done_daily(self) -> None:
        """What is done once a day was done."""
        self._head[_Cell.DAILY_US] = time.time_ns() // 1_000

    # From its worker

    def clear(self) -> None:
        """Count from nothing, as a new process does."""
        self.cells[:] = memoryview(bytes(len(self.cells) * _OCTETS)).cast("Q")


class Board:
    """All slots. ``fd`` is the descriptor to hand on; ``close`` gives it back, and what is mapped stays until nobody uses it."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.cells = memoryview(mmap.mmap(fd, os.fstat(fd).st_size)).cast("Q")

    @classmethod
    def make(cls, names: Sequence[str]) -> Board:
        """Return a new one with a slot for each name, in this order."""
        fd = os.memfd_create("dirserver-metrics")
        os.ftruncate(fd, len(names) * CELLS * _OCTETS)
        board = cls(fd)
        for place, name in enumerate(names):
            head = name.encode()[:_NAME_OCTETS].ljust(_NAME_OCTETS, b"\0")
            board.cells[place * CELLS : place * CELLS + _NAME_OCTETS // _OCTETS] = memoryview(head).cast("Q")
        return board

    def __len__(self) -> int:
        """Return how many slots there are."""
        return len(self.cells) // CELLS

    def slots(self) -> list[Slot]:
        """Return them all."""
        return [Slot(self, place) for place in range(len(self))]

    def close(self) -> None:
        """Give the descriptor back."""
        with contextlib.suppress(OSError):
            os.close(self.fd)
