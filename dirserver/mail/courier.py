# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivering what waits in the outbox, by one process of ``dirserver serve`` on each node.

Rules of this file: who delivers claims letters for a while, so several nodes share the work and one that dies leaves nothing undone;
each letter is settled as soon as the server has taken it, so only a death between the two sends it twice, under the same Message-ID. No log
line holds an address, a word of a letter, or a secret.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence

import structlog

from dirserver.mail.composing import Composer, Unwritable
from dirserver.mail.server import Line, MailServer, NotTaken, Unreachable
from dirserver.store.delivery import outbox
from dirserver.store.delivery.outbox import OutboxRow
from dirserver.store.delivery.watching import watch
from dirserver.store.engine.opening import Store

_log = structlog.get_logger(__name__)

_US = 1_000_000
_AT_ONCE = 20
_CLAIM_S = 900
# A letter is begun only while there is time for four answers of the server, half a minute each.
_ENOUGH_S = 150
_FIRST_RETRY_S, _LONGEST_RETRY_S = 15, 3600
_SENT_KEPT_US = 2 * 24 * 3600 * _US
_FAILED_KEPT_US = 30 * 24 * 3600 * _US
TOO_OLD = "too old: it could not be delivered in time"


class Courier:
    """The one loop that sends letters. ``clock`` gives microseconds since 1970; ``before`` is called before each look."""

    def __init__(
        self, store: Store, composer: Composer, server: MailServer, *, clock: Callable[[], int], before: Callable[[], object] = lambda: None
    ) -> None:
        self._store = store
        self._before = before
        self._composer = composer
        self._server = server
        self._clock = clock
        self._claimant = secrets.token_hex(8)

    def run(self, stop: threading.Event) -> None:
        """Deliver until told to stop. A database that doesn't answer is asked again."""
        watch(self._store, stop, step=self.step, sweep=self.sweep, clock=self._clock, subject="mail")

    def sweep(self) -> None:
        """Remove what was done with long ago."""
        now_us = self._clock()
        with self._store.writing() as tx:
            outbox.drop_done(tx, now_us - _SENT_KEPT_US, now_us - _FAILED_KEPT_US)

    def step(self, stop: threading.Event | None = None) -> int | None:
        """Send everything that is due; return when the next letter will be, None when none waits."""
        over = stop or threading.Event()
        self._before()
        while (next_us := self._next_due()) is not None and next_us <= self._clock() and not over.is_set():
            until_us = self._clock() + _CLAIM_S * _US
            with self._store.writing() as tx:
                claimed = outbox.claim(tx, self._claimant, self._clock(), until_us, _AT_ONCE)
            self._deliver(claimed, until_us, over)
        return next_us

    def _next_due(self) -> int | None:
        with self._store.reading() as tx:
            return outbox.next_due(tx)

    def _deliver(self, claimed: Sequence[OutboxRow], until_us: int, over: threading.Event) -> None:
        left = [row for row in claimed if not self._is_too_old(row)]
        if not left:
            return
        try:
            with self._server.open() as line:
                while left and not over.is_set() and self._clock() < until_us - _ENOUGH_S * _US:
                    self._send(line, left[0])
                    left.pop(0)
        except Unreachable as error:
            failures = min(row.failures for row in left)
            _log.warning("mail server takes nothing", why=str(error), letters=len(left), failures=failures + 1)
            self._put_off(left, str(error), failures)
        else:
            if left:
                # Whoever delivers next begins with them.
                with self._store.writing() as tx:
                    outbox.put_off(tx, self._claimant, [row.id for row in left], self._clock(), "", left[0].failures)

    def _is_too_old(self, row: OutboxRow) -> bool:
        is_too_old = self._clock() >= row.expires_us
        if is_too_old:
            self._settle(row, TOO_OLD)
        return is_too_old

    def _send(self, line: Line, row: OutboxRow) -> None:
        try:
            line.send(self._composer.compose(row))
        except Unwritable as error:
            self._settle(row, str(error))
        except NotTaken as error:
            _log.warning("letter not taken", letter=row.id, matter=row.matter, login=row.login, code=error.code, is_final=error.is_final)
            if error.is_final:
                self._settle(row, str(error))
            else:
                self._put_off([row], str(error), row.failures)
        else:
            _log.info("letter sent", letter=row.id, matter=row.matter, login=row.login)
            self._settle(row)

    def _settle(self, row: OutboxRow, reason: str = "") -> None:
        with self._store.writing() as tx:
            outbox.settle(tx, self._claimant, row.id, self._clock(), reason)

    def _put_off(self, rows: Sequence[OutboxRow], reason: str, failures: int) -> None:
        due_us = self._clock() + retry_s(failures) * _US
        with self._store.writing() as tx:
            outbox.put_off(tx, self._claimant, [row.id for row in rows], due_us, reason, failures + 1)


def retry_s(failures: int) -> int:
    """Return how long to wait after one more failure: a quarter of a minute at first, an hour at most."""
    return min(_FIRST_RETRY_S << min(failures, 16), _LONGEST_RETRY_S)
