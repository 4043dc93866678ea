# SPDX-License-Identifier: GPL-3.0-or-later
"""Security headers, on every response (OWASP ASVS 5.0 chapter 3.4).

Pages hold personal data, so nothing is stored by anybody unless a route says otherwise. No inline script or style is allowed:
templates have none, and a test with a real browser watches for violations.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, request
from werkzeug.wrappers import Response

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SEALED_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""For what people upload: nothing in it may load or run, whatever it turns out to be."""


def framed_policy(origins: Iterable[str]) -> str:
    """Return the policy of a page that pages of these origins may hold in a frame."""
    return CONTENT_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")


_FRAME = ("X-Frame-Options", "DENY")
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_TWO_YEARS_S = 2 * 365 * 24 * 3600


def install(app: Flask) -> None:
    """Set the headers on what every view and every error gives."""
    app.after_request(_set)


def _set(answer: Response) -> Response:
    # Looked through once: asking werkzeug for a header that isn't there costs an exception each.
    there = {name.lower(): value for name, value in answer.headers}
    wanted = [("Content-Security-Policy", CONTENT_POLICY), ("Cache-Control", "no-store"), *_ALWAYS]
    if "frame-ancestors 'none'" in there.get("content-security-policy", CONTENT_POLICY):
        wanted.append(_FRAME)
    if request.is_secure:
        wanted.append(("Strict-Transport-Security", f"max-age={_TWO_YEARS_S}"))
    for name, value in wanted:
        if name.lower() not in there:
            answer.headers.add(name, value)
    return answer
