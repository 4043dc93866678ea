# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are made in steps: a client that reads slowly has no more made for it, and one that follows is told when there is more.

Each step is a question of its own to the directory, asked with the rights of its moment: no snapshot stays open between two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Then(Enum):
    """What comes after a step."""

    MORE = "the next step"
    WAIT = "nothing until the directory has changed"
    END = "nothing"


@dataclass(frozen=True, slots=True)
class Step:
    """Answers without message numbers; with ``Then.END`` the last one is the result, and ``entries`` counts all there were."""

    answers: Sequence[bytes]
    then: Then
    entries: int = 0


class Steps(Protocol):
    """One answer in steps. ``next`` runs in a thread, never twice at the same time, and never raises."""

    @property
    def is_persistent(self) -> bool:
        """True if it stays to tell what changes."""
        ...

    def next(self) -> Step:
        """Make the next step."""
        ...
