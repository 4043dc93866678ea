# SPDX-License-Identifier: GPL-3.0-or-later
"""What one client may use up. What operators want to change is in the configuration; the rest is fixed here."""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.config.ldap_settings import LdapSettings
from dirserver.ldap.wire.limits import DEFAULT, WireLimits


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one connection and of one search; times in seconds.

    ``unsent_bytes`` is what a search may leave waiting for a client that reads slowly; ``stall_s`` is how long such a client may
    read nothing at all. ``running`` operations of one connection are worked on at once, ``waiting`` more are read and kept.
    """

    wire: WireLimits = DEFAULT
    idle_s: float = 900
    idle_before_bind_s: float = 60
    stall_s: float = 30
    handshake_s: float = 20
    running: int = 4
    waiting: int = 100
    unsent_bytes: int = 64 * 1024 * 1024
    size_limit: int = 1_000
    time_limit_s: int = 10
    connections: int = 2_000
    connections_per_address: int = 200
    connections_per_account: int = 500

    @classmethod
    def of(cls, settings: LdapSettings) -> Limits:
        """Return the limits that the configuration sets."""
        return cls(
            wire=WireLimits(
                octets_before_bind=settings.max_message_bytes_before_bind,
                octets_after_bind=settings.max_message_bytes,
                filter_depth=settings.max_filter_depth,
                filter_nodes=settings.max_filter_parts,
            ),
            idle_s=settings.idle_timeout_s,
            idle_before_bind_s=settings.idle_timeout_before_bind_s,
            stall_s=settings.stall_timeout_s,
            handshake_s=settings.handshake_timeout_s,
            running=settings.max_running_requests,
            waiting=settings.max_waiting_requests,
            unsent_bytes=settings.max_unread_bytes,
            size_limit=settings.size_limit,
            time_limit_s=settings.time_limit_s,
            connections=settings.max_connections,
            connections_per_address=settings.max_connections_per_address,
            connections_per_account=settings.max_connections_per_account,
        )
