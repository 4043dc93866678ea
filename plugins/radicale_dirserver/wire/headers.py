# SPDX-License-Identifier: GPL-3.0-or-later
"""What every answer of the CardDAV door says besides what it is (OWASP ASVS 5.0 chapters 3.4 and 14.3)."""

from __future__ import annotations

from radicale_dirserver.wire.response import Headers

ALWAYS: Headers = (
    ("X-Content-Type-Options", "nosniff"),
    # Whatever a card holds, a browser that is shown one loads and runs nothing of it.
    ("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
    ("Cache-Control", "private, no-cache"),
)
STRICT = ("Strict-Transport-Security", f"max-age={2 * 365 * 24 * 3600}")
