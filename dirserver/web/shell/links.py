# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of pages: where an entry lives, and where it is safe to go next."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import url_for

from dirserver.directory.views.entry import Entry

PEOPLE = "people"


def entry_url(endpoint: str, slug: str, name: str, uuid: str) -> str:
    """Return the address of a page about an entry.

    Entries go by name; one whose name can't stand in a path (``/`` is decoded before routing, ``.`` is walked away) goes by UUID.
    """
    key = uuid if "/" in name or name in {"", ".", ".."} else name
    return url_for(endpoint, slug=slug, name=key)


def chart_url(entry: Entry) -> str:
    """Return the address of the chart from somebody on."""
    key = entry_url("person.show", entry.book, entry.name, entry.uuid).rpartition("/")[2]
    return f"/people/chart?at={key}"


def mail_url(address: str) -> str:
    """Return the ``mailto:`` URI of an address (RFC 6068): what would begin a header is octets there, and the ``@`` stays."""
    return f"mailto:{quote(address, safe='@+')}"


def book_url(slug: str) -> str:
    """Return the address of a book's list."""
    return "/" if slug == PEOPLE else f"/books/{quote(slug, safe='~')}"


def safe_next(target: str) -> str:
    """Return ``target`` if it is a path on this site, else the front page.

    Browsers read two slashes, or a slash and a backslash, as the begin of another site and drop tabs and line breaks, so those are refused.
    """
    home = "/"
    if not target.startswith("/") or target.startswith("//") or "\\" in target or any(ord(char) < 0x21 for char in target):
        return home
    try:
        parts = urlsplit(target)
    except ValueError:
        return home
    return home if parts.scheme or parts.netloc else target
