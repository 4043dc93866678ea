# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config import MetricsSettings
from dirserver.config.values import MaybeAddress, read_network
from dirserver.serve.metrics.worker import may_ask

SETTINGS = MetricsSettings(
    listen=MaybeAddress("0.0.0.0:9464"), allow_from=(read_network("10.0.0.5"), read_network("fe80::/10"), read_network("2001:db8::1"))
)


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.5", "::ffff:10.0.0.5", "fe80::1%eth0", "2001:db8::1"])
def test_this_machine_and_those_that_are_named_may_ask(client: str) -> None:
    assert may_ask(SETTINGS, client)


@pytest.mark.parametrize("client", ["10.0.0.6", "192.0.2.1", "::ffff:10.0.0.6", "2001:db8::2"])
def test_others_may_not(client: str) -> None:
    assert not may_ask(SETTINGS, client)
