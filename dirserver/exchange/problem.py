# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong, or only doubtful, with one row of a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """REFUSED: the row can't be imported as it is. DOUBTFUL: it can, and somebody should look at it."""

    REFUSED = "refused"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``line`` is where the row begins in the file, from 1; ``column`` is the header or attribute, "" for the whole row."""

    line: int
    column: str
    reason: str
    remedy: str
    severity: Severity = Severity.REFUSED

    def __str__(self) -> str:
        where = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{where}: {self.reason}; {self.remedy}" if self.remedy else f"{where}: {self.reason}"
