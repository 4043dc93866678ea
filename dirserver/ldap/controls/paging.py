# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a page of a search ends and the next one begins (RFC 2696). The cookie says it all: the server keeps nothing.

What a cookie shows is what its holder was told already, and each page is asked for anew with the rights of that moment: so it
need not be a secret. It names the last entry, and the next page begins behind it, whatever came and went meanwhile.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.wire.message import Code, SearchRequest
from dirserver.model.principal import Principal

_COOKIE = re.compile(rb"(\d{1,9})\.(\d{1,9})\.(\d{1,6})\.([0-9a-f-]{0,36})\.([0-9a-f]{16})")


@dataclass(slots=True)
class Position:
    """How far a search has come: ``told`` entries in all, ``held`` ones of our own, then in ``part`` of the books behind ``after``.

    ``after`` is the UUID of the last entry, empty at the beginning of a part.
    """

    told: int = 0
    held: int = 0
    part: int = 0
    after: str = ""

    def copy(self) -> Position:
        """Return one that stays where this is now."""
        return replace(self)


def write(position: Position, request: SearchRequest, principal: Principal) -> bytes:
    """Return the cookie of a position."""
    text = f"{position.told}.{position.held}.{position.part}.{position.after}."
    return text.encode() + mark(request, principal)


def read(cookie: bytes, request: SearchRequest, principal: Principal) -> Position:
    """Return the position that a cookie of the same search, by the same asker, says. Raises Refused (RFC 2696 section 3)."""
    found = _COOKIE.fullmatch(cookie)
    if found is None or found.group(5) != mark(request, principal):
        raise Refused(Code.UNWILLING_TO_PERFORM, "this cookie belongs to another search; begin with an empty one")
    told, held, part = (int(found.group(number)) for number in (1, 2, 3))
    return Position(told, held, part, found.group(4).decode())


def mark(request: SearchRequest, principal: Principal, *more: object) -> bytes:
    """Return what a cookie shares with all others of the same search by the same asker."""
    same = (request.base, request.scope, request.filter, request.attributes, request.types_only, principal.account_id, *more)
    return hashlib.sha256(repr(same).encode("utf-8", "surrogatepass")).hexdigest()[:16].encode()
