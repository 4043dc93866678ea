# SPDX-License-Identifier: GPL-3.0-or-later
"""States and kinds of entries."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an entry is in its life. Only active entries are served to clients; the others are for stewards."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    TRASHED = "trashed"


class Kind(StrEnum):
    """What an entry stands for (vCard KIND, RFC 6350 section 6.1.4)."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    ORG = "org"
    LOCATION = "location"

    @classmethod
    def of(cls, text: str) -> Kind:
        """Return the kind named by ``text`` in any case; what is unknown counts as an individual (RFC 6350)."""
        try:
            return cls(text.strip().lower())
        except ValueError:
            return cls.INDIVIDUAL
