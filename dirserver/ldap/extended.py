# SPDX-License-Identifier: GPL-3.0-or-later
"""Extended operations (RFC 4511 section 4.12): "Who am I?" (RFC 4532) and Password Modify; the connection does StartTLS and Cancel."""

from __future__ import annotations

from collections.abc import Iterator

from dirserver.ldap.changes import password
from dirserver.ldap.rootdse import PASSWORD_MODIFY, WHO_AM_I
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, ExtendedRequest, Result

_UNKNOWN = Result(Code.PROTOCOL_ERROR, "this server knows no such extended operation")


def answer(site: Site, session: Session, request: ExtendedRequest) -> Iterator[bytes]:
    """Yield the result. Raises errors of our tree."""
    if request.oid == PASSWORD_MODIFY:
        yield encode.extended(Result(), value=password.change(site, session, request.value))
    elif request.oid != WHO_AM_I:
        yield encode.extended(_UNKNOWN)
    elif request.value is not None:
        yield encode.extended(Result(Code.PROTOCOL_ERROR, "this operation takes no value"))
    else:
        yield encode.extended(Result(), value=_authorization(site, session).encode())


def _authorization(site: Site, session: Session) -> str:
    """Return the authzId (RFC 4513 section 5.2.1.8): the DN of the account's entry, else its login; "" is anonymous."""
    if session.principal.is_anonymous:
        return ""
    with site.directory.reading(session.principal) as reading:
        mine = reading.me()
    if mine is None or mine.book.startswith("~"):
        return f"u:{session.principal.login}"
    return f"dn:{site.tree.entry_dn(mine.book, mine.name)}"
