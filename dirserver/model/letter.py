# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are told by mail: what a letter is about and the words that go into it, not the sentences (``dirserver.mail.texts``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SEALED_FOR = "outbox"
"""The purpose under which the secrets of letters are sealed."""


class Matter(StrEnum):
    """What a letter is about. Each has a text in ``dirserver.mail.texts``; names stay as they are, since letters wait under them."""

    TEST = "test"
    INVITATION = "invitation"
    PASSWORD_LINK = "password-link"  # noqa: S105 # the name of a letter
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    DEVICE_ADDED = "device-added"
    SECOND_FACTOR_CHANGED = "second-factor-changed"
    NEW_BROWSER = "new-browser"
    ENTRIES_DELETED = "entries-deleted"
    ENTRIES_CHANGED = "entries-changed"
    CONFIRM_OWN = "confirm-own"
    CONFIRM_CONTACTS = "confirm-contacts"
    CONFIRM_OVERDUE = "confirm-overdue"
    TRASH_REVIEW = "trash-review"
    TRASH_DUE = "trash-due"
    PROPOSALS_WAIT = "proposals-wait"
    PROPOSALS_APPROVED = "proposals-approved"
    PROPOSALS_REFUSED = "proposals-refused"

    @property
    def has_secret(self) -> bool:
        """Tell whether its letters hold a link that works once."""
        return self in {Matter.INVITATION, Matter.PASSWORD_LINK, Matter.CONFIRM_OWN, Matter.CONFIRM_CONTACTS}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to be written: the matter, the words that its text names, and ``count`` where the text counts.

    ``login``, ``name``, ``domain`` and ``address`` (of the pages) needn't be given. ``sealed`` is what only the server may read until the
    letter is sent (the secret of a link), as ``identity.sealing`` seals it; the text knows it as ``secret``.
    """

    matter: Matter
    words: Mapping[str, str] = field(default_factory=dict)
    count: int = 1
    sealed: str = field(default="", repr=False)
    lifetime_s: int = 3 * 24 * 3600
    """A letter that could not be delivered for so long is not worth delivering any more."""
    most_an_hour: int = 12
    """Of this matter to one account; more are dropped, so that nobody's mailbox can be filled by making things happen."""
