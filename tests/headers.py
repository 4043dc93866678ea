# SPDX-License-Identifier: GPL-3.0-or-later
"""What every answer over HTTP must say, whatever door, whatever status: one set of rules for the clients of all tests.

OWASP ASVS 5.0, chapters 3.3, 3.4, 14.3 and 16.5; RFC 9110. What a client of the tests receives goes through ``check``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

ONCE = {
    "cache-control",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "etag",
    "location",
    "referrer-policy",
    "retry-after",
    "strict-transport-security",
    "x-content-type-options",
}
TELLING = {"x-powered-by", "x-aspnet-version", "via"}
BODILESS = {204, 304}


class Kind(StrEnum):
    """Which door answers: pages may load their own scripts and styles, what the others say is never run by anybody."""

    PAGES = "pages"
    API = "api"
    DAV = "dav"
    OURS = "ours"
    """What stands before the doors: health, turns, limits."""


def check(
    kind: Kind, status: int, given: Iterable[tuple[str, str]], *, path: str = "/", is_secure: bool = False, body: bytes = b""
) -> None:
    """Hold one answer to the rules."""
    rows = [(name.lower(), value) for name, value in given]
    headers = dict(rows)
    names = [name for name, _ in rows]
    where = f"{kind} {status} {path}: {rows}"
    assert all(names.count(name) == 1 for name in ONCE & set(names)), where
    assert not TELLING & set(names), where
    assert not any(char in value for _, value in rows for char in "\r\n\0"), where
    assert headers["x-content-type-options"] == "nosniff", where
    _check_policy(kind, headers["content-security-policy"], where)
    _check_kept(kind, headers["cache-control"], path, where)
    assert ("strict-transport-security" in headers) is is_secure, where
    if body and status not in BODILESS:
        kind_of_content = headers["content-type"]
        assert not kind_of_content.startswith(("text/", "application/xml")) or "charset=utf-8" in kind_of_content.lower(), where
    _check_status(status, headers, where)
    if 300 <= status < 400:
        _check_location(headers.get("location"), where)
    _check_sharing(kind, headers, where)
    for name, value in rows:
        if name == "set-cookie":
            _check_cookie(kind, value, where, is_secure=is_secure)
    if status >= 500:
        assert b"Traceback" not in body and b'File "' not in body, where  # noqa: PT018 # one rule


def _check_policy(kind: Kind, policy: str, where: str) -> None:
    assert policy.startswith("default-src 'none'"), where
    assert "frame-ancestors 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert "*" not in policy, where
    assert kind is Kind.PAGES or "script-src" not in policy, where


def _check_kept(kind: Kind, kept: str, path: str, where: str) -> None:
    is_asset = kind is Kind.PAGES and path.startswith("/static/")
    assert is_asset or kept == "no-store" or kept.startswith("private"), where


def _check_status(status: int, headers: dict[str, str], where: str) -> None:
    if status == 429:
        assert int(headers["retry-after"]) >= 1, where
    if status == 405:
        assert headers["allow"], where


def _check_location(location: str | None, where: str) -> None:
    """Nobody is sent to another site: a path of ours, or an address whose host the test asked for."""
    if location is None:
        return
    is_path = location.startswith("/") and not location.startswith(("//", "/\\"))
    is_ours = location.startswith(("http://localhost/", "https://localhost/", "http://127.0.0.1:", "https://contacts.example.com"))
    assert is_path or is_ours, where


def _check_sharing(kind: Kind, headers: dict[str, str], where: str) -> None:
    """Other sites read nothing, but for what [api] origins lets them, and never with cookies (the Fetch standard's CORS protocol)."""
    assert "access-control-allow-credentials" not in headers, where
    assert headers.get("access-control-allow-origin") != "*", where
    assert kind is Kind.API or "access-control-allow-origin" not in headers, where


def _check_cookie(kind: Kind, cookie: str, where: str, *, is_secure: bool) -> None:
    assert kind is Kind.PAGES, where
    parts = [part.strip().lower() for part in cookie.split(";")]
    assert "httponly" in parts, where
    assert "samesite=lax" in parts or "samesite=strict" in parts, where
    assert "path=/" in parts, where
    assert ("secure" in parts) is is_secure, where
    assert cookie.startswith("__Host-") is is_secure, where
    assert not any(part.startswith("domain=") for part in parts), where
