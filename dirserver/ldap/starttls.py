# SPDX-License-Identifier: GPL-3.0-or-later
"""StartTLS (RFC 4511 section 4.14): whether it may begin, and what is told; the connection does the rest."""

from __future__ import annotations

from dirserver.ldap.rootdse import START_TLS
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, ExtendedRequest, Message, Result

FOLLOWED = Result(Code.OPERATIONS_ERROR, "a search is kept open on this connection; end it first (RFC 4511 section 4.14.1)")


def result_of(site: Site, session: Session, message: Message) -> Result:
    """Return success if the handshake may begin when this has been told."""
    operation = message.operation
    if isinstance(operation, ExtendedRequest) and operation.value is not None:
        return Result(Code.PROTOCOL_ERROR, "this operation takes no value")
    if session.is_encrypted:
        return Result(Code.OPERATIONS_ERROR, "this connection is under TLS already")
    if site.tls is None:
        return Result(Code.PROTOCOL_ERROR, "StartTLS is not available here; set [ldap] tls_certificate, or connect with TLS from the start")
    return Result()


def encode_result(result: Result) -> bytes:
    """Return the answer, which names the operation (RFC 4511 section 4.14.2)."""
    return encode.extended(result, oid=START_TLS)
