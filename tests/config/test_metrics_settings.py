# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

from dirserver.config import MetricsSettings
from dirserver.config.read import parse
from dirserver.config.values import MaybeAddress, read_network

FILE = Path("dirserver.toml")


def test_metrics_are_off_told_on_loopback_and_elsewhere_to_those_that_are_named() -> None:
    assert parse("", FILE, {}).metrics.listen == ""
    assert parse('[metrics]\nlisten = "127.0.0.1:9464"', FILE, {}).metrics.listen == "127.0.0.1:9464"
    metrics = parse('[metrics]\nlisten = "0.0.0.0:9464"\nallow_from = ["10.0.0.0/24"]', FILE, {}).metrics
    assert (metrics.listen, [str(network) for network in metrics.allow_from]) == ("0.0.0.0:9464", ["10.0.0.0/24"])


def test_an_address_that_others_reach_needs_to_be_said_who_may_ask() -> None:
    both = MetricsSettings(MaybeAddress("[::1]:9464"), MaybeAddress("[::]:9465"))
    assert both.needs_allowing == ("ldap_listen",)
    assert MetricsSettings(both.listen, both.ldap_listen, (read_network("10.0.0.5"),)).needs_allowing == ()
