# SPDX-License-Identifier: GPL-3.0-or-later
"""What was moved from one database to another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One table: its rows, and a digest of them, the same on both sides; empty where nothing was moved yet."""

    table: str
    rows: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """All of it; ``url`` is the address of the database it is in now, without the password that it may have had."""

    parts: tuple[Part, ...]
    url: str
    has_password: bool
