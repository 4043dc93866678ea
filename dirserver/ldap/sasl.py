# SPDX-License-Identifier: GPL-3.0-or-later
"""SASL binds (RFC 4513 section 5.2): PLAIN, a name and a password in other clothes, and EXTERNAL, the certificate that TLS showed.

Both end with the first message. The DN in the bind is ignored, as RFC 4513 section 5.2.1.9 wants it.
"""

from __future__ import annotations

from dirserver.errors import NotFound
from dirserver.ldap.rootdse import EXTERNAL, PLAIN
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.message import BindRequest, Code, Result
from dirserver.model.fold import fold
from dirserver.model.principal import Door, Principal

__all__ = ["EXTERNAL", "PLAIN", "authenticate_external", "refuse_external", "refuse_other", "unwrap_plain"]

_NO_PROOF = Result(Code.INVALID_CREDENTIALS, "PLAIN takes a name and a password (RFC 4616)")
_NOT_ANOTHER = Result(Code.INVALID_CREDENTIALS, "you can't act as somebody else: leave the authorization identity empty")
_UNKNOWN = Result(Code.INVALID_CREDENTIALS, "no account has the name in this certificate")
_PARTS = 3


def unwrap_plain(session: Session, request: BindRequest) -> tuple[BindRequest, str] | Result:
    """Return the simple bind that a PLAIN message means (RFC 4616 section 2) and the identity to act as, "" for one's own."""
    if not session.is_confidential:
        return Result(Code.CONFIDENTIALITY_REQUIRED, "PLAIN is only accepted over TLS; change this password, everybody could read it")
    parts = (request.credentials or b"").split(b"\0")
    if len(parts) != _PARTS or not parts[1] or not parts[2]:
        return _NO_PROOF
    try:
        wanted, name = parts[0].decode(), parts[1].decode()
    except UnicodeDecodeError:
        return _NO_PROOF
    return BindRequest(request.version, name, parts[2]), wanted


def refuse_other(wanted: tuple[str, ...], own: tuple[str, ...]) -> Result | None:
    """Return the refusal if what is asked to act as isn't the one who signs in."""
    return _NOT_ANOTHER if {fold(one) for one in wanted}.isdisjoint(fold(one) for one in own) else None


def refuse_external(site: Site, session: Session, request: BindRequest) -> Result | None:
    """Return the refusal of an EXTERNAL bind if it can be told at once."""
    if not site.config.ldap.tls_client_ca:
        return Result(Code.AUTH_METHOD_NOT_SUPPORTED, "this server takes no client certificates")
    if not session.certified:
        return Result(Code.INAPPROPRIATE_AUTHENTICATION, "EXTERNAL needs TLS with a client certificate")
    return _NOT_ANOTHER if request.credentials else None


def authenticate_external(site: Site, session: Session) -> tuple[Result, Principal]:
    """Return the account of the first name in the client's certificate that one has; TLS has checked who issued it."""
    for name in session.certified:
        try:
            account = site.identity.account(name)
        except NotFound:
            continue
        if account.is_active and not account.is_loopback_only:
            return Result(), Principal(Door.LDAP, account.id, account.login, credential="certificate")
    return _UNKNOWN, Principal.anonymous(Door.LDAP)
