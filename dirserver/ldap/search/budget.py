# SPDX-License-Identifier: GPL-3.0-or-later
"""How much one search may still find and how long it may still take (RFC 4511 sections 4.5.1.4 and 4.5.1.5)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from dirserver.ldap.wire.message import Code, Result

_LIMITS = {
    Code.SIZE_LIMIT_EXCEEDED: "there are more entries than the size limit lets through; ask for something narrower",
    Code.TIME_LIMIT_EXCEEDED: "the search took longer than the time limit; ask for something narrower",
}
SIZE_EXCEEDED = Result(Code.SIZE_LIMIT_EXCEEDED, _LIMITS[Code.SIZE_LIMIT_EXCEEDED])
"""How a search ends whose limit cuts it off."""


@dataclass(slots=True)
class Budget:
    """What is left of the limits of one search, the client's or ours, whichever is less."""

    left: int
    deadline: float
    code: Code = field(default=Code.SUCCESS)

    @classmethod
    def of(cls, left: int, seconds: float) -> Budget:
        """Return a budget of so many entries, beginning now."""
        return cls(max(0, left), time.monotonic() + seconds)

    @property
    def seconds(self) -> float:
        """How long the search may still take."""
        return self.deadline - time.monotonic()

    @property
    def result(self) -> Result:
        """How the search ends."""
        return Result(self.code, _LIMITS.get(self.code, ""))

    def take(self) -> bool:
        """Count an entry that matches; False if it is one too many."""
        if self.left == 0:
            self.code = Code.SIZE_LIMIT_EXCEEDED
            return False
        self.left -= 1
        return True
