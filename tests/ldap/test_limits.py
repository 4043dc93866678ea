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
            idle_timeout_s=11,
            idle_timeout_before_bind_s=2,
        )
    )
    assert (limits.size_limit, limits.time_limit_s, limits.connections) == (7, 3, 5)
    assert limits.connections_per_address == 4
    assert (limits.wire.octets_after_bind, limits.wire.octets_before_bind) == (9_000, 2_000)
    assert (limits.idle_s, limits.idle_before_bind_s) == (11, 2)
    assert (limits.wire.filter_depth, limits.wire.filter_nodes, limits.wire.attributes) == (50, 256, 128)
