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
class Proof:
    """By what somebody showed who they are, for what is held longer than one request: it ends when this does.

    ``device_id`` is the device password's number, 0 for a main password, which holds while the account is at ``stamp``; at ``until_us``
    (microseconds since 1970) it ends by itself.
    """

    stamp: int
    device_id: int = 0
    until_us: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """By what something that stays open is somebody's: the account, by which device password (0: none), at which stamp (-1: any)."""

    account_id: int
    device_id: int = 0
    stamp: int = -1


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
    proof: Proof | None = field(default=None, compare=False)

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
        return Principal(self.door, self.account_id, self.login, self.is_system, client, self.credential, self.proof)

    @property
    def is_anonymous(self) -> bool:
        """True for nobody in particular."""
        return self.account_id is None and not self.is_system

    @property
    def held(self) -> Held | None:
        """By what this is somebody's, for what is open longer than a request; None for nobody in particular."""
        if self.account_id is None:
            return None
        return Held(self.account_id) if self.proof is None else Held(self.account_id, self.proof.device_id, self.proof.stamp)
