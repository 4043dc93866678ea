# SPDX-License-Identifier: GPL-3.0-or-later
"""What operations know: the place they run in, and the connection that asks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from dirserver.config.settings import Config
from dirserver.directory.directory import Directory
from dirserver.identity.identity import Identity
from dirserver.identity.verified import Verified
from dirserver.ldap.kept.answers import Answers as KeptAnswers
from dirserver.ldap.limits import Limits
from dirserver.ldap.reach import Reaches
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.encoded import EncodedCards
from dirserver.ldap.wire.known import KnownRequests
from dirserver.listening.known import Known
from dirserver.listening.tls import Tls
from dirserver.metering.answers import Answers
from dirserver.model.principal import Principal

_MOST_BINDS = 10_000

if TYPE_CHECKING:
    from dirserver.ldap.kept.at_once import Quick


@dataclass(frozen=True, slots=True)
class Site:
    """What all connections of a process share; ``known``, ``quick`` and ``binds`` are for the reactor's thread alone.

    ``log`` writes lines of the access log, ``counts`` counts what is answered.
    """

    config: Config
    directory: Directory
    identity: Identity
    tree: Tree
    reaches: Reaches
    limits: Limits
    answers: KeptAnswers
    cards: EncodedCards
    known: KnownRequests
    tls: Tls | None = None
    log: Callable[[str, int, int, float, str], None] | None = None
    quick: Quick | None = None
    counts: Answers | None = None
    binds: Known[Verified] = field(default_factory=lambda: Known(_MOST_BINDS))


@dataclass(frozen=True, slots=True)
class Session:
    """One connection at one moment: who it has proved to be, where it comes from, whether others can listen.

    ``certified`` are the names in the client's certificate, mail addresses first.
    """

    principal: Principal
    address: str
    is_encrypted: bool = False
    certified: tuple[str, ...] = ()

    def of(self, principal: Principal) -> Session:
        """Return the same connection as somebody else's."""
        return Session(principal, self.address, self.is_encrypted, self.certified)

    @property
    def is_confidential(self) -> bool:
        """True if nobody on the way can read a password: TLS, or a client on this machine."""
        return self.is_encrypted or is_loopback(self.address)


@functools.lru_cache(maxsize=4096)
def is_loopback(address: str) -> bool:
    """Tell whether a peer's address is this machine; also for ``::ffff:127.0.0.1`` and for names that are no IP address (False)."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
