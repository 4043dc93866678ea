# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's auth plugin: who signs in is for the directory's identity to say."""

from __future__ import annotations

from radicale.auth import AuthContext, BaseAuth
from radicale.config import Configuration
from radicale.types import WSGIEnviron

from dirserver.errors import NotAuthenticated
from dirserver.identity.identity import Identity
from dirserver.model.principal import Door
from radicale_dirserver.current import remember, vouched
from radicale_dirserver.opening import parts_of
from radicale_dirserver.wire.peer import UNKNOWN_ADDRESS


class Auth(BaseAuth):
    """Signs in against identity; with our own application in front, the one who has signed in already is let through.

    Loaded by name, without ``identity``, it opens the directory that ``[storage] dirserver`` names.
    """

    def __init__(self, configuration: Configuration, identity: Identity | None = None) -> None:
        super().__init__(configuration)
        self._identity = identity or parts_of(configuration).identity

    def get_external_login(self, environ: WSGIEnviron) -> tuple[()] | tuple[str, str]:
        """Name whom our own application has signed in; without it Radicale reads the header itself."""
        known = vouched()
        return (known.login, "") if known is not None else ()

    def _login_ext(self, login: str, password: str, context: AuthContext) -> str:
        known = vouched()
        if known is not None:
            return known.login
        try:
            principal = self._identity.authenticate(login, password, door=Door.DAV, address=context.remote_addr or UNKNOWN_ADDRESS)
        except NotAuthenticated:
            return ""
        remember(principal)
        return principal.login
