# SPDX-License-Identifier: GPL-3.0-or-later
"""Add, modify, delete, rename: refused, with where to make the change instead."""

from __future__ import annotations

from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import AddRequest, Code, DeleteRequest, ModifyDNRequest, ModifyRequest, Response, Result

Write = AddRequest | ModifyRequest | DeleteRequest | ModifyDNRequest

_TAGS: dict[type[Write], Response] = {
    AddRequest: Response.ADD,
    ModifyRequest: Response.MODIFY,
    DeleteRequest: Response.DELETE,
    ModifyDNRequest: Response.MODIFY_DN,
}
_REFUSED = Result(Code.UNWILLING_TO_PERFORM, "entries can't be changed over LDAP; use the pages or CardDAV")


def refuse(request: Write) -> bytes:
    """Return the refusal."""
    return encode.result(_TAGS[type(request)], _REFUSED)
