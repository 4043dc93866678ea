# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the client is, behind a web server that we trust, and nobody else's word for it.

``X-Forwarded-For`` is a list that every hop appends to: only the part that our own proxies wrote is true, so it is read from the
right. After this, ``REMOTE_ADDR`` and ``wsgi.url_scheme`` are the client's own, and no application below sees the headers.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from dirserver.config.values import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

UNKNOWN = "0.0.0.0"  # noqa: S104 # an address that is nobody's, never listened on

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
# Headers that applications below might believe. X-Script-Name would move Radicale's addresses, X-Remote-User its user.
_BELIEVED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_SCRIPT_NAME",
    "HTTP_X_REMOTE_USER",
    "HTTP_REMOTE_USER",
    "REMOTE_USER",
)


def is_trusted(address: str, proxies: tuple[Network, ...]) -> bool:
    """Tell whether an address is one of our proxies; False for anything that is not an address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in proxies if network.version == parsed.version)


def settle(environ: WSGIEnvironment, proxies: tuple[Network, ...]) -> None:
    """Put the client's address and scheme where applications look, and take the headers away.

    A proxy that forwards without saying for whom leaves the address unknown: the client must not pass for the proxy's machine,
    where the demo's accounts and plain passwords are good.
    """
    remote = environ.get("REMOTE_ADDR", "")
    if any(name in environ for name in _FORWARDED) and is_trusted(remote, proxies):
        environ["REMOTE_ADDR"] = _client(environ.get("HTTP_X_FORWARDED_FOR", ""), remote, proxies)
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
        if scheme in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
    if environ.get("wsgi.url_scheme") == "https":
        environ["HTTPS"] = "on"
    for name in _BELIEVED:
        environ.pop(name, None)


def _client(header: str, remote: str, proxies: tuple[Network, ...]) -> str:
    """Return the right-most address that is not a proxy of ours; UNKNOWN when the header doesn't hold together."""
    parts = [part.strip() for part in header.split(",")]
    hop = next((part for part in reversed(parts) if not is_trusted(part, proxies)), parts[0])
    try:
        address = ipaddress.ip_address(hop)
    except ValueError:
        return UNKNOWN
    if address.is_loopback and not ipaddress.ip_address(remote).is_loopback:
        return UNKNOWN
    return str(address)
