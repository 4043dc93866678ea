# SPDX-License-Identifier: GPL-3.0-or-later
"""Which methods a place answers, for Allow (RFC 9110 section 10.2.1). Asked before anybody has signed in, so the address alone decides.

What is refused there with a reason whoever asks (PUT of a book, MKCOL, GET of the gateway) is not among them.
"""

from __future__ import annotations

from radicale_dirserver.tree.books import is_gateway
from radicale_dirserver.tree.places import BookPlace, GroupPlace, ItemPlace, Place, RegistrationPlace

_COLLECTION = ("OPTIONS", "GET", "HEAD", "PROPFIND", "PROPPATCH", "REPORT")
_GATEWAY = ("OPTIONS", "PROPFIND", "PROPPATCH", "REPORT")
_ENTRY = ("OPTIONS", "GET", "HEAD", "PUT", "DELETE", "MOVE", "COPY", "PROPFIND", "PROPPATCH", "REPORT")
_FOUND_ENTRY = ("OPTIONS", "GET", "HEAD", "PROPFIND", "PROPPATCH", "REPORT")
_GROUP = ("OPTIONS", "PROPFIND", "REPORT")
_REGISTRATION = ("OPTIONS", "DELETE")


def allowed_at(place: Place, *, tells_changes: bool) -> tuple[str, ...]:
    """Return the methods that are answered at a place; ``tells_changes``: one may register to hear of those of a book."""
    match place:
        case ItemPlace():
            return _FOUND_ENTRY if is_gateway(place.book) else _ENTRY
        case RegistrationPlace():
            return _REGISTRATION
        case GroupPlace():
            return _GROUP
        case BookPlace() if is_gateway(place):
            return _GATEWAY
        case BookPlace() if tells_changes:
            return (*_COLLECTION, "POST")
        case _:
            return _COLLECTION
