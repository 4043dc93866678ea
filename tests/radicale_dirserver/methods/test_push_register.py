# SPDX-License-Identifier: GPL-3.0-or-later
"""What the door makes of it is held in test_subscribe.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from radicale_dirserver.methods.push_register import read_push_register
from radicale_dirserver.wire.errors import Refused
from tests.push.service import Phone


def test_a_registration_as_davx5_writes_it():
    phone = Phone("https://up.example.net/yohd4yai5Phiz1wi?a=1&amp;b=2")
    wish = read_push_register(phone.register(expires="Wed, 20 Dec 2023 10:03:31 GMT").encode())
    assert wish.resource == "https://up.example.net/yohd4yai5Phiz1wi?a=1&b=2"
    assert (wish.p256dh, wish.auth) == (phone.p256dh, phone.auth)
    assert wish.expires_at == datetime(2023, 12, 20, 10, 3, 31, tzinfo=UTC)
    assert read_push_register(phone.register().encode()).expires_at is None


def test_two_subscriptions_in_one_registration_are_refused():
    body = Phone("https://up.example.net/x").register()
    start, end = body.index("<n1:web-push-subscription>"), body.index("</n1:subscription>")
    with pytest.raises(Refused):
        read_push_register((body[:end] + body[start:end] + body[end:]).encode())
