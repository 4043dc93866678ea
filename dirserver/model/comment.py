# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody notes about an entry: no part of its card, so no phone, mail program or export has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """``by`` is the author's login. A private one is shown to its author alone, a shared one to whoever may edit the entry."""

    number: int
    entry: str
    by: str
    text: str
    is_private: bool
    at: datetime
    changed_at: datetime
    is_own: bool
