# SPDX-License-Identifier: GPL-3.0-or-later
"""How many connections each address and each account has, counted as they come and go. For the reactor's thread alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Generic, TypeVar

import structlog

from dirserver.ldap.wire.message import Code, Result
from dirserver.model.principal import Principal

_LOG = structlog.get_logger(__name__)
_TOO_MANY = Result(
    Code.ADMIN_LIMIT_EXCEEDED,
    "name and password are right, but this account has as many connections as one may have: "
    "close some, or ask for a higher max_connections_per_account",
)

Key = TypeVar("Key", bound=Hashable)


class Tally(Generic[Key]):
    """Counts up to ``most`` for each key; a key that has none costs nothing."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: Counter[Key] = Counter()

    def admit(self, key: Key) -> bool:
        """Count one more; False, and nothing is counted, if there are enough."""
        if self._counts[key] >= self.most:
            return False
        self._counts[key] += 1
        return True

    def release(self, key: Key) -> None:
        """Count one less."""
        self._counts[key] -= 1
        if not self._counts[key]:
            del self._counts[key]

    def __len__(self) -> int:
        """Return how many keys have any."""
        return len(self._counts)


class Seat:
    """The place of one connection among those of its account. Nobody in particular needs none."""

    def __init__(self, accounts: Tally[int]) -> None:
        self._accounts = accounts
        self._account_id: int | None = None
        self._is_gone = False

    def take(self, principal: Principal) -> Result | None:
        """Leave the seat that was had and take one of ``principal``; None if there was one, else what a bind is told."""
        if self._account_id is not None:
            self._accounts.release(self._account_id)
            self._account_id = None
        wanted = principal.account_id
        # A client may leave while its password is checked: what is known then takes no seat that nobody would give back.
        if wanted is None or self._is_gone:
            return None
        if not self._accounts.admit(wanted):
            _LOG.warning("too many LDAP connections of one account", account=principal.login, limit=self._accounts.most)
            return _TOO_MANY
        self._account_id = wanted
        return None

    def leave(self) -> None:
        """The connection is gone for good."""
        self._is_gone = True
        if self._account_id is not None:
            self._accounts.release(self._account_id)
            self._account_id = None
