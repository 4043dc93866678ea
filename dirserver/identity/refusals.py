# SPDX-License-Identifier: GPL-3.0-or-later
"""How many refused sign-ins the audit trail is told of: the first at once, then one a minute with how many there were.

So a guessing program costs a row a minute and account, and all of them together a bounded number; nothing else would keep the
trail from being flooded by anybody who can reach a door.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Protocol

from dirserver.model.audit import Action
from dirserver.model.principal import Door

_EVERY_US = 60 * 1_000_000
_MOST_A_MINUTE = 60
_KEPT = 4096
_LONGEST = 100


class OnRefused(Protocol):
    """Hears, in any thread, at which door a password was refused: unlooked at (``is_throttled``), or as a wrong one.

    ``is_second_step``: not the password, but what comes after it, a code or a passkey.
    """

    def __call__(self, door: Door, /, *, is_throttled: bool, is_second_step: bool = False) -> None:
        """Hear it."""


def untold(_door: Door, /, *, is_throttled: bool, is_second_step: bool = False) -> None:
    """Hear it and do nothing."""


class Refusals:
    """Counts refusals of one process between two rows of the trail; ``on_refused`` hears of each. Safe for threads."""

    def __init__(self, on_refused: OnRefused = untold) -> None:
        self._on_refused = on_refused
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], tuple[int, int]] = OrderedDict()
        self._minute = 0
        self._told = 0

    def due(self, login: str, action: Action, door: Door, now_us: int) -> int:
        """Count one more refusal; return how many the trail is to be told of now, 0 for not yet.

        By what was typed, whether there is such an account or not: the work that it makes must not tell.
        """
        self._on_refused(door, is_throttled=action is Action.SIGN_IN_THROTTLED)
        target = login[:_LONGEST]
        with self._lock:
            minute = now_us // _EVERY_US
            if minute != self._minute:
                self._minute, self._told = minute, 0
            told_us, waiting = self._known.pop((target, action), (-_EVERY_US, 0))
            is_due = now_us - told_us >= _EVERY_US and self._told < _MOST_A_MINUTE
            self._known[target, action] = (now_us, 0) if is_due else (told_us, waiting + 1)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            self._told += is_due
            return waiting + 1 if is_due else 0
