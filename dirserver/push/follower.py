# SPDX-License-Identifier: GPL-3.0-or-later
"""Following the change log for those who subscribed: what has changed since each was told, telling them, keeping account.

Rules of this file: no message is queued anywhere. A subscription whose number is behind its book's has something to hear;
who tells it claims it for half a minute, so several nodes share the work and one that dies leaves nothing undone. What
is sent says where the book stands when it is sent: of many changes in a row a device hears as few times as will do.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

import structlog

from dirserver.directory.directory import Directory
from dirserver.model.client import Family
from dirserver.model.principal import Door, Principal
from dirserver.push.delivering import Delivery, Fate, Letter, Outcome
from dirserver.push.keys import PushKeys
from dirserver.push.message import content_update
from dirserver.store.delivery import subscriptions
from dirserver.store.delivery.subscriptions import Due, Later, Told
from dirserver.store.delivery.watching import watch
from dirserver.store.engine.opening import Store

_log = structlog.get_logger(__name__)

_US = 1_000_000
_THREADS = 32
# What is claimed has to be done within the claim: twice the threads, ten seconds each at most.
_CLAIMED = 2 * _THREADS
_CLAIM_S = 30
_FLUSH_S = 0.5
_FIRST_GAP_S, _LONGEST_GAP_S = 2, 60
_FIRST_RETRY_S, _LONGEST_RETRY_S = 60, 6 * 3600
_MOST_FAILURES = 16
"""Some two days of attempts; then a device has to subscribe again."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A claimed subscription, the number that its message speaks of, and what becomes of it."""

    due: Due
    number: int


@dataclass(slots=True)
class _Account:
    """What came of a claim, until it is written down."""

    told: list[Told] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.told) + len(self.later) + len(self.gone)


class Follower:
    """The one loop that tells devices. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, directory: Directory, keys: PushKeys, delivery: Delivery, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._directory = directory
        self._keys = keys
        self._delivery = delivery
        self._clock = clock
        self._claimant = secrets.token_hex(8)

    def run(self, stop: threading.Event) -> None:
        """Follow until told to stop. A database that doesn't answer is asked again."""
        watch(self._store, stop, step=self.step, sweep=self.sweep, clock=self._clock, subject="push")

    def sweep(self) -> None:
        """Remove what has expired."""
        now_us = self._clock()
        with self._store.reading() as tx:
            has_expired = subscriptions.has_expired(tx, now_us)
        if has_expired:
            with self._store.writing() as tx:
                subscriptions.drop_expired(tx, now_us)

    def step(self, stop: threading.Event | None = None) -> int | None:
        """Tell everybody who is due; return when the next one will be, None when nobody has anything to hear."""
        next_us = self._next_due()
        if next_us is not None and next_us <= self._clock():
            self._tell_all(stop or threading.Event())
            next_us = self._next_due()
        return next_us

    def _next_due(self) -> int | None:
        with self._store.reading() as tx:
            return subscriptions.next_due(tx, self._clock())

    def _tell_all(self, stop: threading.Event) -> None:
        running: dict[Future[Outcome], _Sent] = {}
        done: SimpleQueue[Future[Outcome]] = SimpleQueue()
        account = _Account()
        flushed = time.monotonic()
        with ThreadPoolExecutor(_THREADS, "push") as pool:
            may_be_more = True
            while may_be_more or running:
                if may_be_more and len(running) <= _THREADS:
                    claimed = self._exchange(account, _CLAIMED - len(running) if not stop.is_set() else 0)
                    flushed = time.monotonic()
                    may_be_more = bool(claimed)
                    for letter, sent in self._letters(claimed, account):
                        future = pool.submit(self._delivery.deliver, letter)
                        running[future] = sent
                        future.add_done_callback(done.put)
                for future in _arrived(done) if running else ():
                    self._note(running.pop(future), _result(future), account, is_stopping=stop.is_set())
                if len(account) >= _CLAIMED or (len(account) and time.monotonic() - flushed > _FLUSH_S):
                    self._exchange(account, 0)
                    flushed = time.monotonic()
                self._delivery.cut_overdue()
                if stop.is_set():
                    self._delivery.close()
            self._exchange(account, 0)

    def _exchange(self, account: _Account, wanted: int) -> tuple[Due, ...]:
        """Write down what came of what was claimed, and claim more, in one transaction."""
        if not len(account) and not wanted:
            return ()
        now_us = self._clock()
        with self._store.writing() as tx:
            subscriptions.settle(tx, self._claimant, account.told, account.later, account.gone)
            claimed = subscriptions.claim(tx, self._claimant, now_us, now_us + _CLAIM_S * _US, wanted) if wanted else ()
        account.told.clear()
        account.later.clear()
        account.gone.clear()
        return claimed

    def _letters(self, claimed: Sequence[Due], account: _Account) -> Iterator[tuple[Letter, _Sent]]:
        """Write the messages, as each book shows to the subscription's owner now. Who sees it no more is told nothing."""
        asked = [(_owner(due), due.slug) for due in claimed]
        for due, token in zip(claimed, self._directory.tokens(asked), strict=True):
            if token is None:
                account.gone.append(due.id)
                _log.info("push subscription removed", reason="the book does not show to its owner any more", login=due.login)
            else:
                message = content_update(self._keys.topic_of(token.book), str(token))
                yield Letter(due.id, due.resource, due.p256dh, due.auth, message), _Sent(due, token.number)

    def _note(self, sent: _Sent, outcome: Outcome, account: _Account, *, is_stopping: bool) -> None:
        due, now_us = sent.due, self._clock()
        if outcome.fate is Fate.TAKEN:
            account.told.append(Told(due.id, sent.number, now_us, next_gap_s(due, now_us)))
            return
        if outcome.fate is Fate.UNTRIED or (is_stopping and outcome.fate is not Fate.GONE):
            # Cut off by us: whoever follows next begins with it.
            wait_s = 0 if is_stopping else _FIRST_RETRY_S
            account.later.append(Later(due.id, now_us + wait_s * _US, due.failures))
            return
        is_given_up = outcome.fate in {Fate.REFUSED, Fate.FAILED} and due.failures + 1 >= _MOST_FAILURES
        is_over = outcome.fate is Fate.GONE or is_given_up
        # The resource is a secret between the phone and its push service; its host is what a firewall has to know.
        _log.info(
            "push message not taken", service=due.origin, why=outcome.fate.value, status=outcome.status, login=due.login, is_over=is_over
        )
        if is_over:
            account.gone.append(due.id)
        else:
            account.later.append(Later(due.id, now_us + round(retry_s(due.failures, outcome.wait_s) * _US), due.failures + 1))


def _owner(due: Due) -> Principal:
    owner = Principal(Door.DAV, due.account_id, due.login)
    return owner.using(Family(due.client)) if due.client else owner


def next_gap_s(due: Due, now_us: int) -> int:
    """Return how long a subscription that was just told has to wait for the next message: longer the longer changes go on."""
    if due.delivered_us is None or now_us - due.delivered_us > 4 * max(due.gap_s, _FIRST_GAP_S) * _US:
        return _FIRST_GAP_S
    return min(max(due.gap_s, _FIRST_GAP_S) * 2, _LONGEST_GAP_S)


def retry_s(failures: int, asked_s: float | None) -> float:
    """Return how long to wait after one more failure: what the push service asked for, else longer each time."""
    if asked_s is not None:
        return max(asked_s, 1.0)
    return float(min(_FIRST_RETRY_S << min(failures, 16), _LONGEST_RETRY_S))


def _arrived(done: SimpleQueue[Future[Outcome]]) -> Iterator[Future[Outcome]]:
    """Give what is done, waiting a moment for the first."""
    with contextlib.suppress(Empty):
        yield done.get(timeout=_FLUSH_S)
        while True:
            yield done.get_nowait()


def _result(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception:  # noqa: BLE001 # whatever one message does, the others are delivered
        _log.exception("a push message could not be sent")
        return Outcome(Fate.FAILED)
