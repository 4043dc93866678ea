# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is at the other end of the line, and whether the line is private enough for a password."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from dirserver.config import Network
from radicale_dirserver.wire.request import Environ, header

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - an address that is nobody's, never listened on

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST")


class Peer(NamedTuple):
    """The client. ``address`` is its own, not that of a proxy of ours; ``is_private``: a password may travel here."""

    address: str
    is_private: bool


def peer_of(environ: Environ, trusted_proxies: Sequence[Network]) -> Peer:
    """Find out who asks. Forwarded headers count only from a trusted proxy, and only its own entry at the end.

    A trusted proxy that forwards without saying for whom leaves the address unknown: it must not pass for this machine,
    where the demo's accounts are good.
    """
    remote = str(environ.get("REMOTE_ADDR") or "")
    scheme = str(environ.get("wsgi.url_scheme") or "http").lower()
    if not any(name in environ for name in _FORWARDED):
        return _direct(remote, scheme)
    forwarded_for = [part.strip() for part in header(environ, "HTTP_X_FORWARDED_FOR").split(",") if part.strip()]
    forwarded_scheme = header(environ, "HTTP_X_FORWARDED_PROTO").rpartition(",")[2].strip().lower()
    is_forwarded = bool(forwarded_for or forwarded_scheme or header(environ, "HTTP_FORWARDED") or header(environ, "HTTP_X_FORWARDED_HOST"))
    if not is_forwarded or not _is_within(remote, trusted_proxies):
        return _direct(remote, scheme)
    hops = [part for part in reversed(forwarded_for) if not _is_within(part, trusted_proxies)] or forwarded_for[-1:]
    address = hops[0] if hops else UNKNOWN_ADDRESS
    # What stands further left was written by strangers: nobody on another machine may call themselves this one.
    if _parsed(address) is None or (is_loopback(address) and not is_loopback(remote)):
        address = UNKNOWN_ADDRESS
    return Peer(address, (forwarded_scheme or scheme) == "https" or is_loopback(address))


@lru_cache(maxsize=1024)
def _direct(remote: str, scheme: str) -> Peer:
    return Peer(remote or UNKNOWN_ADDRESS, scheme == "https" or is_loopback(remote))


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def _is_within(address: str, networks: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed.version == network.version and parsed in network for network in networks)


@lru_cache(maxsize=1024)
def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed
