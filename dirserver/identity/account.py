# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and what hangs on them, as other rooms see them: no hash and no secret in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from dirserver.model.names import Login
from dirserver.model.principal import Door, Principal

Network = IPv4Network | IPv6Network


class Scope(StrEnum):
    """Which doors a device password opens. None of them opens the pages."""

    DAV = "dav"
    LDAP = "ldap"
    ALL = "all"

    def opens(self, door: Door) -> bool:
        """Tell whether a device password of this scope is good at ``door``."""
        return door in {Door.DAV, Door.LDAP} and (self is Scope.ALL or self.value == door.value)


@dataclass(frozen=True, slots=True)
class Account:
    """One account; ``entry_uuid`` is its own person in the directory, if it has one; from ``leaves_at`` on it opens no door."""

    id: int
    uuid: str
    login: Login
    mail: str
    name: str
    is_admin: bool
    is_active: bool
    has_password: bool
    is_loopback_only: bool
    entry_uuid: str | None
    language: str
    leaves_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DevicePassword:
    """What is known of a device password after it was shown once; without ``networks`` it is good from anywhere."""

    id: int
    label: str
    scope: Scope
    created_at: datetime
    last_used_at: datetime | None
    last_used_address: str
    last_used_door: str
    last_used_program: str = ""
    networks: tuple[Network, ...] = ()
    expires_at: datetime | None = None
    is_expired: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. ``csrf_key`` is a secret of the session's own, to sign forms with.

    ``is_fresh``: somebody showed in it lately who they are. ``must_enrol``: its account needs a second factor and has none yet.
    ``must_lengthen``: the second factor is gone, and the password too short without.
    """

    principal: Principal
    account: Account
    csrf_key: str
    created_at: datetime
    is_fresh: bool = False
    must_enrol: bool = False
    must_lengthen: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of an account's sessions, as its owner sees it.

    ``browser`` is what it calls itself, in words; ``is_present``: the one that asks.
    """

    id: str
    browser: str
    address: str
    started_at: datetime
    seen_at: datetime
    is_present: bool
