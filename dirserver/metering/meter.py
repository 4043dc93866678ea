# SPDX-License-Identifier: GPL-3.0-or-later
"""What one worker has to tell: its answers, refused sign-ins, connections, and how much of what it may work on at once it does."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum

from dirserver.metering.answers import OTHER, Answers, Counted
from dirserver.metering.board import Slot
from dirserver.model.principal import Door

HTTP_KINDS = (Door.DAV.value, Door.API.value, "pages", OTHER)
"""Doors behind one port: CardDAV, JSON API, pages; the rest is what balancers ask."""
LDAP_KINDS = ("bind", "search", "compare", "modify", "add", "delete", "modifydn", "extended", OTHER)
MOST_CLASS = 5
"""Outcomes of HTTP are the first digit of the status."""
MOST_CODE = 127
"""Outcomes of LDAP are result codes; of higher ones there is one, E_SYNC_REFRESH_REQUIRED of RFC 4533, which has this place."""
SYNC_REFRESH_REQUIRED = 4_096

_DOORS = tuple(Door)


class Refusal(StrEnum):
    """Why somebody was not let in."""

    CREDENTIALS = "credentials"
    THROTTLED = "throttled"
    SECOND_FACTOR = "second-factor"


_WHY = tuple(Refusal)
_REFUSALS = len(_WHY) * len(_DOORS)


@dataclass(frozen=True, slots=True)
class State:
    """How it is at one moment. ``welcomed``, the two that count who wasn't let in and ``unreadable`` grow, the others come and go.

    ``busy`` of ``places`` threads that may work at the same time do, ``waiting`` requests wait for one.
    """

    connections: int = 0
    most_connections: int = 0
    welcomed: int = 0
    turned_away_full: int = 0
    turned_away_address: int = 0
    places: int = 0
    busy: int = 0
    waiting: int = 0
    unreadable: int = 0


_STATES = len(fields(State))


class Meter:
    """One worker's part of the board: it counts here and copies it there by ``settle``; the process of the metrics reads."""

    def __init__(self, slot: Slot, kinds: Sequence[str], most: int) -> None:
        self.answers = Answers(kinds, most)
        self._slot = slot
        self._pid = os.getpid()
        self._counts = [0] * _REFUSALS
        self._state = slot.cells[:_STATES]
        self._refusals = slot.cells[_STATES : _STATES + _REFUSALS]
        self._answers = slot.cells[_STATES + _REFUSALS : _STATES + _REFUSALS + self.answers.size]
        if len(self._answers) < self.answers.size:
            raise ValueError("a slot has no room for so many kinds and outcomes")

    @classmethod
    def of_http(cls, slot: Slot) -> Meter:
        """Return that of an HTTP worker."""
        return cls(slot, HTTP_KINDS, MOST_CLASS)

    @classmethod
    def of_ldap(cls, slot: Slot) -> Meter:
        """Return that of an LDAP worker."""
        return cls(slot, LDAP_KINDS, MOST_CODE)

    # In the worker

    def refused(self, door: Door, *, is_throttled: bool, is_second_step: bool = False) -> None:
        """Count somebody who was not let in. From any thread."""
        why = Refusal.THROTTLED if is_throttled else Refusal.SECOND_FACTOR if is_second_step else Refusal.CREDENTIALS
        self._counts[len(_WHY) * _DOORS.index(door) + _WHY.index(why)] += 1

    def settle(self, state: State) -> None:
        """Let what was counted until now, and how it is, be read by others; nothing happens in a process that another one follows."""
        if self._slot.pid != self._pid:
            return
        self._state[:] = memoryview(array("Q", astuple(state)))
        self._refusals[:] = memoryview(array("Q", self._counts))
        self.answers.settle(self._answers)

    # In the process that reads

    def counted(self) -> list[Counted]:
        """Return the answers."""
        return self.answers.counted(self._answers)

    def refusals(self) -> dict[tuple[Door, Refusal], int]:
        """Return how many were not let in."""
        return {(door, why): self._refusals[len(_WHY) * at + place] for at, door in enumerate(_DOORS) for place, why in enumerate(_WHY)}

    @property
    def state(self) -> State:
        """How it said that it was."""
        return State(*self._state.tolist())
