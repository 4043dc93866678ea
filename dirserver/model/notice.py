# SPDX-License-Identifier: GPL-3.0-or-later
"""What accounts are told of without having asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened. Names stay: they are stored."""

    TO_DECIDE = "proposal.to-decide"
    APPROVED = "proposal.approved"
    REFUSED = "proposal.refused"
    DELETED = "entries.deleted"
    CHANGED = "entries.changed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. ``about`` is ``kind:name``, as in ``book:clients``; ``names`` are the first of ``count`` people or contacts.

    ``remark`` is what ``actor`` (a login) wrote.
    """

    number: int
    kind: NoticeKind
    about: str
    actor: str
    names: tuple[str, ...]
    count: int
    remark: str
    at: datetime
    is_new: bool
