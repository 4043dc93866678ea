# SPDX-License-Identifier: GPL-3.0-or-later
"""Password Modify (RFC 3062): one's own main password, and anybody's for administrators. The asker's present main password is needed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from dirserver.errors import NotAuthenticated, NotFound, Throttled
from dirserver.identity.account import Account
from dirserver.ldap.bind import logins_of
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.wire.ber import SEQUENCE, ProtocolError, element, expect, read
from dirserver.ldap.wire.message import Code
from dirserver.model.principal import Door

_IDENTITY, _OLD, _NEW = 0x80, 0x81, 0x82
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Wish:
    """PasswdModifyRequestValue; what wasn't given is None."""

    identity: str | None = None
    old: str | None = field(default=None, repr=False)
    new: str | None = field(default=None, repr=False)


def decode(value: bytes | None) -> Wish:
    """Read the request. Raises ProtocolError."""
    if value is None:
        return Wish()
    at, end = expect(value, 0, len(value), SEQUENCE)
    found: dict[int, str] = {}
    last = 0
    while at < end:
        tag, start, at = read(value, at, end)
        if tag <= last or tag not in {_IDENTITY, _OLD, _NEW}:
            raise ProtocolError("the parts of a password modify are out of order")
        last = tag
        try:
            found[tag] = value[start:at].decode()
        except UnicodeDecodeError:
            raise ProtocolError("a password modify is not UTF-8") from None
    if end != len(value):
        raise ProtocolError("octets follow the request")
    return Wish(found.get(_IDENTITY), found.get(_OLD), found.get(_NEW))


def change(site: Site, session: Session, value: bytes | None) -> bytes | None:
    """Change a password and return the answer's value: the new one if the server made it. Raises errors of our tree."""
    wish = decode(value)
    if session.principal.is_anonymous:
        raise Refused(Code.INSUFFICIENT_ACCESS_RIGHTS, "sign in first: bind with a name and a password")
    if not session.is_confidential:
        raise Refused(Code.CONFIDENTIALITY_REQUIRED, "passwords are only changed over TLS")
    asker = site.identity.account(session.principal.login)
    account = _account_of(site, asker, wish.identity)
    if account.id != asker.id and not asker.is_admin:
        raise _not_yours()
    # Of an administrator too: a device's password that was lost must not open every account.
    _prove(site, session, asker, wish.old)
    made = None if wish.new else "-".join("".join(secrets.choice(_LETTERS) for _ in range(6)) for _ in range(4))
    site.identity.set_password(account.login, wish.new or made or "")
    return None if made is None else element(bytes((SEQUENCE,)), element(b"\x80", made.encode()))


def _account_of(site: Site, asker: Account, identity: str | None) -> Account:
    if not identity:
        return asker
    kind, colon, rest = identity.partition(":")
    name = rest if colon and kind.lower() in {"dn", "u"} else identity
    for login in logins_of(name, site.config.domain):
        try:
            return site.identity.account(login)
        except NotFound:
            continue
    # Who may not set it isn't told either which accounts there are.
    raise Refused(Code.NO_SUCH_OBJECT, "there is no such account") if asker.is_admin else _not_yours()


def _not_yours() -> Refused:
    return Refused(Code.INSUFFICIENT_ACCESS_RIGHTS, "only administrators may set another account's password")


def _prove(site: Site, session: Session, asker: Account, old: str | None) -> None:
    """Raise Refused unless the present main password is given: a device's password is not enough to take the account over."""
    if not old:
        raise Refused(Code.UNWILLING_TO_PERFORM, "give your present password too (ldappasswd -A)")
    try:
        site.identity.authenticate(asker.login, old, door=Door.WEB, address=session.address)
    except Throttled:
        raise
    except NotAuthenticated:
        raise Refused(Code.INVALID_CREDENTIALS, "your present password is another one") from None
