# SPDX-License-Identifier: GPL-3.0-or-later
"""A block of the page /me/security: one subject, its state and where to change it. ``overview.py`` puts them in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """A template that is included, a ``<section class="card">``, and what it is told when the page is shown."""

    template: str
    told: Callable[[], Mapping[str, object]]
