# SPDX-License-Identifier: GPL-3.0-or-later
"""What operators do about mail: try it, see what waits or failed, have it tried again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dirserver.config.values import read_mail_address
from dirserver.errors import BadInput, Unavailable
from dirserver.mail.composing import Composer, Unwritable
from dirserver.mail.server import MailServer, NotTaken, Unreachable
from dirserver.model.letter import Matter
from dirserver.store.delivery import outbox
from dirserver.store.delivery.outbox import OutboxRow
from dirserver.store.engine.opening import Store

_HOUR_US = 3600 * 1_000_000
_ONCE_MORE_US = 24 * _HOUR_US


class Fate(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Posted:
    """One letter, as operators may see it: without what it says. ``reason``: why it waits still, or failed."""

    id: str
    login: str
    recipient: str
    matter: str
    posted_at: datetime
    fate: Fate
    failures: int
    due_at: datetime | None
    reason: str


class Mailing:
    """Mail over one store and one mail server. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, composer: Composer, server: MailServer, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._composer = composer
        self._server = server
        self._clock = clock

    def test(self, recipient: str, *, language: str = "") -> None:
        """Send a message to ``recipient`` now, past the outbox. BadInput, or Unavailable with what the mail server said."""
        try:
            address = read_mail_address(recipient)
        except ValueError as error:
            raise BadInput(str(error)) from None
        if not address:
            raise BadInput("to whom? give a mail address")
        now_us = self._clock()
        row = OutboxRow(
            id=secrets.token_hex(16),
            account_id=0,
            recipient=address,
            name="",
            login=address,
            language=language,
            matter=Matter.TEST.value,
            words="{}",
            count=1,
            sealed="",
            created_us=now_us,
            expires_us=now_us + _HOUR_US,
            due_us=now_us,
            failures=0,
            done_us=None,
            reason="",
        )
        try:
            message = self._composer.compose(row)
            with self._server.open() as line:
                line.send(message)
        except (Unreachable, NotTaken, Unwritable) as error:
            raise Unavailable(f"no mail was sent: {error}") from None

    def queue(self) -> tuple[Posted, ...]:
        """Return what waits, then what was sent or failed lately, newest first."""
        with self._store.reading() as tx:
            return tuple(_posted(row) for row in outbox.listed(tx))

    def retry(self) -> int:
        """Let what waits, and what failed and holds no link that works once, be tried now; return how many letters there are."""
        with self._store.writing() as tx:
            return outbox.retry(tx, self._clock(), _ONCE_MORE_US)


def _posted(row: OutboxRow) -> Posted:
    fate = Fate.WAITING if row.done_us is None else Fate.FAILED if row.reason else Fate.SENT
    due_at = _time(row.due_us) if row.done_us is None else None
    return Posted(row.id, row.login, row.recipient, row.matter, _time(row.created_us), fate, row.failures, due_at, row.reason)


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
