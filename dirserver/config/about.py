# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a setting, beside its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_type_hints


@dataclass(frozen=True, slots=True)
class About:
    """What the reference says about a setting. ``minimum`` and ``maximum`` bound numbers; ``environment`` names a variable that wins."""

    text: str
    minimum: int | None = None
    maximum: int | None = None
    environment: str = ""
    example: str = ""


def abouts_of(cls: type) -> dict[str, About]:
    """Return what is said about each setting of a section (or of Config's own), in order."""
    hints = get_type_hints(cls, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


def types_of(cls: type) -> dict[str, object]:
    """Return the type of each setting of a section."""
    return get_type_hints(cls)
