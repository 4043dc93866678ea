# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry of whoever is signed in, and what the policy asks of it."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.errors import NotFound
from dirserver.model.approval import Approver, ApproverKind
from dirserver.web.entry.fields import BY_ATTRIBUTE, label_of
from dirserver.web.entry.values import all_values
from dirserver.web.shell.current import config
from dirserver.web.shell.languages import gettext, mark

_WHO = {
    ApproverKind.MANAGER: mark("your manager"),
    ApproverKind.STEWARDS: mark("those who look after the list"),
}


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what the policy asks for is said; ``missing`` are (attribute, translated label, whether its reader may fill it in)."""

    asked: int
    said: int
    missing: tuple[tuple[str, str, bool], ...]

    @property
    def percent(self) -> int:
        """How much of it, in hundredths."""
        return 100 * self.said // self.asked if self.asked else 100


def own_entry(opened: Reading) -> Entry:
    """Return the entry of who asks. NotFound for an account without one."""
    entry = opened.me()
    if entry is None:
        raise NotFound("your account has no entry")
    return entry


def required() -> frozenset[str]:
    """Return the attributes (lower case) that every entry should have."""
    return frozenset(name.lower() for name in config().care.required)


def completeness(entry: Entry) -> Completeness:
    """Return how much of what the policy asks for an entry says; what its reader may not see is not asked of them."""
    values = all_values(entry.card)
    asked = [name for name in config().care.required if entry.view.may_read(name)]
    missing = tuple(
        (name, gettext(label_of(name)), name.lower() in BY_ATTRIBUTE and entry.view.may_write(name))
        for name in asked
        if not values.get(name.lower())
    )
    return Completeness(len(asked), len(asked) - len(missing), missing)


def approver_words(approver: Approver) -> str:
    """Return who has to approve, for the one who waits for it."""
    return gettext(_WHO[approver.kind]) if approver.kind in _WHO else approver.name
