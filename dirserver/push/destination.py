# SPDX-License-Identifier: GPL-3.0-or-later
"""Where messages may go. A push resource is a URL that somebody gave us: it must not lead into our own network.

Rules of this file: what is checked is what is connected to. A URL is taken apart once, strictly; a name is resolved by us, its
addresses are checked, and one of exactly those is connected to, so no second answer of the DNS can lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dirserver.config import PushSettings
from dirserver.errors import BadInput

MAX_RESOURCE_LENGTH = 2_000
_URL = re.compile(r"(https?)://([A-Za-z0-9.-]{1,253})(?::([0-9]{1,5}))?(/[A-Za-z0-9._~!$&'()*+,;=:@/?%\[\]-]*)?")
_USUAL_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolver = Callable[[str, int], Sequence[str]]
"""From name and port to addresses; raises OSError."""


class Unreachable(Exception):
    """There is no address at which this push service may be reached, now."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A push resource, taken apart. ``target`` is path and query; ``origin`` as in RFC 6454, without a usual port."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, as browsers write them."""
        return f"{self.scheme}://{self.host}" if self.port == _USUAL_PORTS[self.scheme] else f"{self.scheme}://{self.host}:{self.port}"


class Destinations:
    """Says which push resources may be used under a configuration, and at which addresses."""

    def __init__(self, settings: PushSettings, *, resolve: Resolver | None = None) -> None:
        self._own = frozenset(settings.own_services)
        self._only_own = settings.only_own_services
        self._resolve = resolve or _resolve

    def read(self, resource: str) -> Destination:
        """Take a push resource apart. BadInput, with the reason, for one that will never be used."""
        found = _URL.fullmatch(resource) if len(resource) <= MAX_RESOURCE_LENGTH else None
        if found is None:
            raise BadInput("the push resource is not a URL that can be used: scheme, host and path, no user, no fragment")
        scheme, host, port, target = found.groups()
        destination = Destination(scheme, host.lower(), int(port or _USUAL_PORTS[scheme]), target or "/")
        if destination.origin in self._own:
            return destination
        if self._only_own:
            raise BadInput("this server sends messages only to the push services that its operator has named")
        if destination.scheme != "https" or destination.port != _USUAL_PORTS["https"]:
            raise BadInput("the push resource must be reached by https, on its usual port")
        literal = _literal(destination.host)
        if literal is not None and not is_public(literal):
            raise BadInput("the push resource has an address that is not public")
        return destination

    def addresses(self, destination: Destination) -> tuple[str, ...]:
        """Return the addresses that may be connected to, best first. Raises Unreachable when there is none."""
        try:
            found = self._resolve(destination.host, destination.port)
        except (OSError, UnicodeError) as error:
            raise Unreachable("the name has no address") from error
        is_own = destination.origin in self._own
        allowed = tuple(each for each in found if is_own or is_public(each))
        if not allowed:
            raise Unreachable("none of the addresses is public" if found else "the name has no address")
        return allowed


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the internet at large: to no private, local, shared, reserved or multicast network.

    IPv6 addresses that carry an IPv4 one (mapped, NAT64, 6to4) are what they carry.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        carried = parsed.ipv4_mapped or parsed.sixtofour or (ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF) if parsed in _NAT64 else None)
        if carried is not None:
            return _is_public(carried)
        if parsed.is_site_local or parsed.teredo is not None or parsed.scope_id is not None:
            return False
    return _is_public(parsed)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _literal(host: str) -> str | None:
    """Return the address that a host is, None for a name. ``127.1`` and ``0x7f000001`` are addresses to the system's resolver."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


def _resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))
