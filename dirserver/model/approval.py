# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose consent a change of one's own entry needs, and what may become of a change that waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dirserver.errors import BadInput
from dirserver.model.names import Slug


class ApproverKind(StrEnum):
    """Who may consent besides those who may change the field for everybody (stewards)."""

    MANAGER = "manager"
    GROUP = "group"
    ACCOUNT = "account"
    STEWARDS = "stewards"


@dataclass(frozen=True, slots=True)
class Approver:
    """Who consents; ``name`` is a group's or a login, else empty."""

    kind: ApproverKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> Approver:
        """Read ``manager``, ``stewards``, ``group:hr`` or ``account:chika``; BadInput otherwise."""
        kind, _, name = text.partition(":")
        named = kind in (ApproverKind.GROUP, ApproverKind.ACCOUNT)
        if kind not in set(ApproverKind) or named != bool(name):
            raise BadInput(f"'{text}' is nobody who could approve: use manager, stewards, group:NAME or account:LOGIN")
        return cls(ApproverKind(kind), name)


@dataclass(frozen=True, slots=True)
class Approval:
    """In ``book``, who changes ``field`` (a field or a class of fields, in lower case) of their own entry needs ``approver``."""

    book: Slug
    field: str
    approver: Approver


class Stage(StrEnum):
    """What became of a proposal. Names stay: they are stored."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
