# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.config import LdapSettings
from dirserver.ldap.limits import Limits


def test_what_the_configuration_sets_is_what_holds() -> None:
    limits = Limits.of(
        LdapSettings(
            size_limit=7,
            time_limit_s=3,
            max_message_bytes=9_000,
            max_message_bytes_before_bind=2_000,
            max_connections=5,
            max_connections_per_address=4,
            max_connections_per_account=6,
            max_filter_depth=8,
            max_filter_parts=30,
            max_running_requests=2,
            max_waiting_requests=9,
            max_unread_bytes=2_000_000,
            handshake_timeout_s=12,
            stall_timeout_s=13,
            idle_timeout_s=11,
            idle_timeout_before_bind_s=2,
        )
    )
    assert (limits.size_limit, limits.time_limit_s, limits.connections) == (7, 3, 5)
    assert (limits.connections_per_address, limits.connections_per_account) == (4, 6)
    assert (limits.wire.octets_after_bind, limits.wire.octets_before_bind) == (9_000, 2_000)
    assert (limits.idle_s, limits.idle_before_bind_s) == (11, 2)
    assert (limits.handshake_s, limits.stall_s) == (12, 13)
    assert (limits.running, limits.waiting, limits.unsent_bytes) == (2, 9, 2_000_000)
    assert (limits.wire.filter_depth, limits.wire.filter_nodes, limits.wire.attributes) == (8, 30, 128)


def test_what_nobody_sets_is_the_same_in_the_settings_and_in_the_code() -> None:
    made, plain = Limits.of(LdapSettings()), Limits()
    for name in ("stall_s", "handshake_s", "running", "waiting", "unsent_bytes", "connections", "connections_per_address"):
        assert getattr(made, name) == getattr(plain, name), name
    assert made.connections_per_account == plain.connections_per_account
    assert (made.wire.filter_depth, made.wire.filter_nodes) == (plain.wire.filter_depth, plain.wire.filter_nodes)
