# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may make a request as somebody else (RFC 4370): accounts that the operator trusts with it, and nobody else.

Nobody may unless ``[ldap] may_act_as_others`` names their login. They may then act as any account that isn't an administrator's, or as
nobody; what that account may do is all they may. The log keeps who acted as whom.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from dirserver.errors import NotFound
from dirserver.identity.account import Account
from dirserver.ldap.bind import logins_of
from dirserver.ldap.session import Session, Site, is_loopback
from dirserver.ldap.tree.errors import Refused
from dirserver.ldap.wire.message import Code
from dirserver.model.fold import fold
from dirserver.model.principal import Door, Principal

_LOG = structlog.get_logger(__name__)
_MAX_NAME = 512


def principal_of(site: Site, session: Session, wanted: str) -> Principal:
    """Return whom a request is made as. Raises Refused with authorizationDenied, the same for whoever isn't there and may not be."""
    asker = session.principal
    trusted = {fold(login) for login in site.config.ldap.may_act_as_others}
    if asker.account_id is None or fold(asker.login) not in trusted:
        raise _denied()
    kind, colon, name = wanted.partition(":")
    if not name and kind.lower() in {"", "dn", "u"}:
        return Principal.anonymous(Door.LDAP)
    if not colon or kind.lower() not in {"dn", "u"} or len(name) > _MAX_NAME:
        raise _denied()
    account = _account_of(site, logins_of(name, site.config.domain))
    if account is None or not account.is_active or (account.is_admin and account.id != asker.account_id):
        raise _denied()
    if account.is_loopback_only and not is_loopback(session.address):
        raise _denied()
    _LOG.info("acting for another", account=asker.login, acts_as=account.login, address=session.address)
    return replace(asker, account_id=account.id, login=account.login, credential=f"acted for by {asker.login}")


def _account_of(site: Site, names: tuple[str, ...]) -> Account | None:
    for name in names:
        try:
            return site.identity.account(name)
        except NotFound:
            continue
    return None


def _denied() -> Refused:
    return Refused(Code.AUTHORIZATION_DENIED, "you may not act as this account")
