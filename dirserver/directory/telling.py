# SPDX-License-Identifier: GPL-3.0-or-later
"""What accounts were told of what others did, as they read it; the ledger of a transaction tells it."""

from __future__ import annotations

from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import moment
from dirserver.errors import NotAllowed
from dirserver.model.notice import Notice, NoticeKind
from dirserver.store.delivery import notices
from dirserver.store.delivery.notices import NoticeRow


class Notices:
    """What the asker was told of."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def unseen(self) -> int:
        """Count what the asker has not read."""
        account_id = self._asking.standing.account_id
        return notices.unseen(self._asking.tx, account_id) if account_id else 0

    def listed(self) -> tuple[Notice, ...]:
        """Return the newest of it, newest first."""
        return tuple(_shown(row) for row in notices.listed(self._asking.tx, self._account_id()))

    def _account_id(self) -> int:
        if not self._asking.standing.account_id:
            raise NotAllowed("only accounts are told of anything")
        return self._asking.standing.account_id


class Readings(Notices):
    """Reading what one was told of, and saying so."""

    def __init__(self, asking: Asking, ledger: Ledger) -> None:
        super().__init__(asking)
        self._ledger = ledger

    def see(self, last: int) -> None:
        """Say that one has read all notices up to this number."""
        notices.see(self._ledger.tx, self._account_id(), self._ledger.at_us, last)


def _shown(row: NoticeRow) -> Notice:
    return Notice(
        row.id, NoticeKind(row.kind), row.about, row.actor, row.names, row.count, row.remark, moment(row.at_us), row.seen_us is None
    )
