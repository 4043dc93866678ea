# SPDX-License-Identifier: GPL-3.0-or-later
"""What a door asks of push: to subscribe a device, to end that, and what is offered to whom."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dirserver.directory.views.entry import BookView
from dirserver.errors import NotAllowed
from dirserver.model.principal import Principal
from dirserver.push.destination import Destinations
from dirserver.push.keys import PushKeys
from dirserver.push.message import read_keys
from dirserver.store.delivery import subscriptions
from dirserver.store.delivery.subscriptions import NewSubscription
from dirserver.store.engine.opening import Store

MAX_PER_ACCOUNT = 100
"""A few devices, each with the books that it keeps; then the one nearest to its end makes room."""

_US = 1_000_000
_SHORTEST_S = 3600
_USUAL_S = 7 * 86_400
# The draft wants three days at least; DAVx5 renews daily what it asked three days for.
_LONGEST_S = 14 * 86_400


@dataclass(frozen=True, slots=True)
class Wish:
    """What a device asks for. ``expires_at`` is when it would like the subscription to end, if it says so."""

    resource: str
    p256dh: str
    auth: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What came of it: ``id`` is the name of the registration below its owner's home, known to nobody else."""

    id: str
    expires_at: datetime
    is_new: bool


class Subscriptions:
    """Who wants to hear of which book. Safe for threads; make one per process. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, keys: PushKeys, destinations: Destinations, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._keys = keys
        self._destinations = destinations
        self._clock = clock

    @property
    def public_key(self) -> str:
        """The key by which push services know us, for ``vapid-public-key``."""
        return self._keys.public_key

    def topic_of(self, book: BookView) -> str:
        """Return what stands for a book in messages."""
        return self._keys.topic_of(book.book.uuid)

    def subscribe(self, principal: Principal, book: BookView, wish: Wish, *, device_id: int | None = None) -> Subscribed:
        """Let a device hear of a book that shows to its owner; again for the same push resource renews it.

        Raises BadInput for a push resource or keys that will never do.
        """
        if principal.account_id is None:
            raise NotAllowed("only somebody with an account can subscribe")
        destination = self._destinations.read(wish.resource)
        read_keys(wish.p256dh, wish.auth)
        now_us = self._clock()
        expires_us = _expiry(now_us, wish.expires_at)
        new = NewSubscription(
            account_id=principal.account_id,
            device_id=device_id,
            client=principal.client or "",
            book_id=book.book.id,
            resource=wish.resource,
            resource_key=hashlib.sha256(wish.resource.encode()).hexdigest(),
            origin=destination.origin,
            p256dh=wish.p256dh,
            auth=wish.auth,
            expires_us=expires_us,
            at_us=now_us,
        )
        with self._store.writing() as tx:
            made, is_new = subscriptions.put(tx, new, limit=MAX_PER_ACCOUNT)
        return Subscribed(made, datetime.fromtimestamp(expires_us // _US, UTC), is_new)

    def unsubscribe(self, principal: Principal, subscription_id: str) -> bool:
        """End a subscription of one's own; False if there is none of that id."""
        if principal.account_id is None:
            return False
        with self._store.writing() as tx:
            return subscriptions.drop(tx, subscription_id, principal.account_id)


def _expiry(now_us: int, wished: datetime | None) -> int:
    now_s = now_us // _US
    wished_s = int(wished.timestamp()) if wished is not None else 0
    # What is over already is a clock that goes wrong, not a wish.
    held_s = min(max(wished_s - now_s, _SHORTEST_S), _LONGEST_S) if wished_s > now_s else _USUAL_S
    return (now_s + held_s) * _US
