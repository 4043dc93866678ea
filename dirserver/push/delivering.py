# SPDX-License-Identifier: GPL-3.0-or-later
"""Delivering one message to one push service (RFC 8030 section 5), and what its answer means for the subscription."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from dirserver.errors import BadInput
from dirserver.push.connection import Answer, Connections
from dirserver.push.destination import Destination, Destinations, Unreachable
from dirserver.push.keys import PushKeys
from dirserver.push.message import ENCODING, seal

DEADLINE_S = 10.0
_SLOW_S = 5.0
_ADDRESS_KEPT_S = 30.0
_TRIPS_AFTER = 3
_TRIPPED_FOR_S = 60.0
_LONGEST_RETRY_S = 6 * 3600
# A phone that was off for longer will look for itself when it is on again.
_TTL_S = 24 * 3600


class Fate(Enum):
    """What became of a message."""

    TAKEN = "taken"
    GONE = "the push service does not know the subscription any more"
    REFUSED = "refused"
    LATER = "the push service asks to wait"
    FAILED = "no answer"
    UNTRIED = "the push service did not answer others a moment ago"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message; ``status`` is 0 without an answer, ``wait_s`` what the push service asked for."""

    fate: Fate
    status: int = 0
    wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way: to whom, and what it says before it is sealed."""

    subscription_id: str
    resource: str
    p256dh: str
    auth: str
    message: bytes


@dataclass(slots=True)
class _Trips:
    """Push services that fail one message after the other are left alone for a minute."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    failures: dict[str, int] = field(default_factory=dict)
    until: dict[str, float] = field(default_factory=dict)

    def is_open(self, origin: str) -> bool:
        with self.lock:
            return self.until.get(origin, 0.0) <= time.monotonic()

    def note(self, origin: str, *, went_well: bool) -> None:
        with self.lock:
            if went_well:
                self.failures.pop(origin, None)
                self.until.pop(origin, None)
                return
            count = self.failures[origin] = self.failures.get(origin, 0) + 1
            if count >= _TRIPS_AFTER:
                self.until[origin] = time.monotonic() + _TRIPPED_FOR_S


class Delivery:
    """Delivers messages. Safe for threads; close it when done."""

    def __init__(self, keys: PushKeys, destinations: Destinations, connections: Connections | None = None) -> None:
        self._keys = keys
        self._destinations = destinations
        self._connections = connections or Connections()
        self._trips = _Trips()
        self._is_closed = False
        self._lock = threading.Lock()
        self._addresses: dict[str, tuple[float, tuple[str, ...]]] = {}

    def deliver(self, letter: Letter) -> Outcome:
        """Send one message; whatever goes wrong is an outcome."""
        try:
            # The configuration may have changed since the device subscribed.
            destination = self._destinations.read(letter.resource)
            body = seal(letter.message, letter.p256dh, letter.auth)
        except BadInput:
            return Outcome(Fate.GONE)
        if self._is_closed or not self._trips.is_open(destination.origin):
            return Outcome(Fate.UNTRIED)
        started = time.monotonic()
        try:
            answer = self._post(destination, self._headers(letter, destination), body)
        except (OSError, http.client.HTTPException, Unreachable):
            self._trips.note(destination.origin, went_well=False)
            return Outcome(Fate.FAILED)
        # One that takes all its time holds up the messages of others as one that is down does.
        self._trips.note(destination.origin, went_well=time.monotonic() - started < _SLOW_S)
        return outcome_of(answer)

    def cut_overdue(self) -> None:
        """End what takes too long; ask for this now and then."""
        self._connections.cut_overdue()

    def close(self) -> None:
        """End everything at once, and begin nothing more."""
        self._is_closed = True
        self._connections.close()

    def _post(self, destination: Destination, headers: Mapping[str, str], body: bytes) -> Answer:
        addresses = self._addresses_of(destination)
        until = time.monotonic() + DEADLINE_S
        for index, address in enumerate(addresses):
            try:
                return self._connections.post(destination, address, headers, body, deadline_s=until - time.monotonic())
            except (ConnectionError, TimeoutError):
                if index == len(addresses) - 1 or time.monotonic() > until:
                    raise
        raise Unreachable("the name has no address")

    def _addresses_of(self, destination: Destination) -> tuple[str, ...]:
        now = time.monotonic()
        with self._lock:
            until, known = self._addresses.get(destination.origin, (0.0, ()))
            if now < until:
                return known
        # Two are enough: one of each family, as a rule.
        found = self._destinations.addresses(destination)[:2]
        with self._lock:
            if len(self._addresses) > 1_000:
                self._addresses.clear()
            self._addresses[destination.origin] = (now + _ADDRESS_KEPT_S, found)
        return found

    def _headers(self, letter: Letter, destination: Destination) -> dict[str, str]:
        return {
            "Authorization": self._keys.authorization(destination.origin),
            "Content-Encoding": ENCODING,
            "Content-Type": 'application/xml; charset="UTF-8"',
            "TTL": str(_TTL_S),
            "Topic": self._keys.slot_of(letter.subscription_id),
            "Urgency": "normal",
            "User-Agent": "dirserver",
        }


def outcome_of(answer: Answer) -> Outcome:
    """Return what a push service's answer means (RFC 8030 section 5). A redirect is followed by nobody: it is a refusal."""
    status = answer.status
    if 200 <= status < 300:
        return Outcome(Fate.TAKEN, status)
    if status in {404, 410}:
        return Outcome(Fate.GONE, status)
    if status == 429 or status >= 500:
        return Outcome(Fate.LATER, status, read_retry_after(answer.retry_after))
    return Outcome(Fate.REFUSED, status)


def read_retry_after(text: str) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110 section 10.2.3), None for what is none; at most six hours."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), _LONGEST_RETRY_S))
    try:
        wait_s = (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait_s, 0.0), float(_LONGEST_RETRY_S))
