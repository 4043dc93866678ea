# SPDX-License-Identifier: GPL-3.0-or-later
"""Where passkeys are good."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good: ``rp_id`` is the host's name, ``origin`` the pages' own (WebAuthn section 5.1.3)."""

    rp_id: str
    origin: str
    name: str

    @classmethod
    def of(cls, public_url: str, name: str) -> Site | None:
        """Return the site of an address, None where browsers have no passkeys: without TLS, or at a bare number."""
        parts = urlsplit(public_url)
        host = (parts.hostname or "").lower()
        is_name = bool(host) and not host.replace(".", "").isdigit() and ":" not in host
        if not is_name or (parts.scheme != "https" and host != "localhost"):
            return None
        return cls(host, f"{parts.scheme}://{parts.netloc.lower()}", name)
