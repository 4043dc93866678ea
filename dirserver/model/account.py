# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list of accounts can be narrowed to."""

from __future__ import annotations

from enum import StrEnum


class AccountState(StrEnum):
    """Which accounts somebody wants to see."""

    ANY = "any"
    OPEN = "open"
    CLOSED = "closed"
    ADMINISTRATORS = "administrators"
    WITHOUT_PASSWORD = "without-password"  # noqa: S105 # a state
    IDLE = "idle"
    INVITED = "invited"
    LEAVING = "leaving"
