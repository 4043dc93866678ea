# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asking, and through which door. No rights and no groups in it: those are looked up when it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dirserver.model.client import Family


class Door(StrEnum):
    """Where a question or a change came in; history and audit keep it."""

    DAV = "dav"
    LDAP = "ldap"
    WEB = "web"
    API = "api"
    CLI = "cli"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking.

    ``account_id`` is the store's number of the account, or None for anonymous. ``login`` is only for display and history.
    ``is_system`` marks the operator at the command line, who stands outside the access policy. ``client`` is the program that
    a CardDAV account is used with: it decides in which form cards are shown, never which; None at the other doors.
    ``credential`` says by what they are known (``password``, ``device password 7``, ``session``), for the audit trail alone.
    """

    door: Door
    account_id: int | None = None
    login: str = ""
    is_system: bool = False
    client: Family | None = None
    credential: str = field(default="", compare=False)

    @classmethod
    def anonymous(cls, door: Door) -> Principal:
        """Nobody in particular: sees what grants give to anonymous, and by default that is nothing."""
        return cls(door)

    @classmethod
    def system(cls, door: Door = Door.CLI) -> Principal:
        """The operator of this machine: may do everything (the files are theirs anyway)."""
        return cls(door, login="system", is_system=True, credential="operator")

    def using(self, client: Family) -> Principal:
        """Return the same asker with a program."""
        return Principal(self.door, self.account_id, self.login, self.is_system, client, self.credential)

    @property
    def is_anonymous(self) -> bool:
        """True for nobody in particular."""
        return self.account_id is None and not self.is_system
