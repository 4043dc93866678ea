# SPDX-License-Identifier: GPL-3.0-or-later
"""Push over the company on both engines, with a push service on loopback that the configuration names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dirserver.config import PushSettings
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.push.delivering import Delivery
from dirserver.push.destination import Destinations
from dirserver.push.follower import Follower
from dirserver.push.keys import PushKeys
from dirserver.push.subscribing import Subscribed, Subscriptions, Wish
from tests.companies import company, copied_url, parts, prepared
from tests.parts import KEY, CoreParts
from tests.push.service import Phone, PushService, push_service

__all__ = ["company", "copied_url", "parts", "prepared"]

CONTACT = "mailto:postmaster@example.com"


@dataclass(frozen=True)
class Push:
    """What tells devices, and a service to tell them through."""

    parts: CoreParts
    service: PushService
    settings: PushSettings
    keys: PushKeys
    subscriptions: Subscriptions
    delivery: Delivery
    follower: Follower

    def subscribe(self, who: Principal, slug: str = "people", phone: Phone | None = None) -> tuple[Phone, Subscribed]:
        phone = phone or self.service.phone()
        with self.parts.directory.reading(who) as reading:
            view = reading.book(Slug(slug))
        return phone, self.subscriptions.subscribe(who, view, Wish(phone.resource, phone.p256dh, phone.auth))

    def another_follower(self) -> Follower:
        return Follower(self.parts.store, self.parts.directory, self.keys, self.delivery, clock=self.parts.clock)


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


@pytest.fixture
def push(parts: CoreParts, service: PushService) -> Iterator[Push]:
    settings = PushSettings(own_services=(service.origin,))
    keys = PushKeys(KEY, CONTACT, clock=parts.clock)
    destinations = Destinations(settings)
    delivery = Delivery(keys, destinations)
    follower = Follower(parts.store, parts.directory, keys, delivery, clock=parts.clock)
    yield Push(parts, service, settings, keys, Subscriptions(parts.store, keys, destinations, clock=parts.clock), delivery, follower)
    delivery.close()
