# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit trail writes down: who did what to what. Names and numbers of things, never values and never secrets."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from enum import StrEnum

FIRST = "0" * 64
"""What the first event holds in place of the hash before it."""


class Action(StrEnum):
    """What was done. Names stay as they are: they are in chains of hashes."""

    SIGNED_IN = "sign-in"
    SIGN_IN_REFUSED = "sign-in.refused"
    SIGN_IN_THROTTLED = "sign-in.throttled"
    SECOND_STEP_REFUSED = "second-step.refused"
    SECOND_STEP_THROTTLED = "second-step.throttled"
    SESSION_PROVED = "session.prove"
    FACTOR_ADDED = "factor.add"
    FACTOR_REMOVED = "factor.remove"
    FACTORS_RESET = "factor.reset"
    RECOVERY_CODES_MADE = "recovery-codes.make"
    RECOVERY_CODE_USED = "recovery-codes.use"
    KEYS_ROTATED = "keys.rotate"
    ACCOUNT_ADDED = "account.add"
    ACCOUNT_CHANGED = "account.change"
    ACCOUNT_CLOSED = "account.close"
    ACCOUNT_OFFBOARDED = "account.offboard"
    OFFBOARDING_SET = "account.offboard-at"
    OFFBOARDING_CANCELLED = "account.offboard-cancel"
    ACCOUNT_REOPENED = "account.reopen"
    LOCKOUT_LIFTED = "lockout.lift"
    PASSWORD_SET = "account.password"  # noqa: S105 # the name of a deed
    LINK_MADE = "account.link"
    ACCOUNT_INVITED = "account.invite"
    INVITATION_REVOKED = "account.uninvite"
    RESET_ASKED = "account.forgotten"
    SESSIONS_ENDED = "session.end"
    DEVICE_ADDED = "device.add"
    DEVICE_REVOKED = "device.revoke"
    TOKEN_ADDED = "token.add"  # noqa: S105 # the name of a deed
    TOKEN_REVOKED = "token.revoke"  # noqa: S105
    GROUP_ADDED = "group.add"
    GROUP_CHANGED = "group.change"
    GROUP_DROPPED = "group.drop"
    MEMBER_ADDED = "group.join"
    MEMBER_REMOVED = "group.leave"
    GRANT_GIVEN = "grant.give"
    GRANT_REVOKED = "grant.revoke"
    BOOK_ADDED = "book.add"
    BOOK_RENAMED = "book.rename"
    BOOK_DROPPED = "book.drop"
    PROFILE_SET = "profile.set"
    ENTRY_DELETED = "entry.delete"
    ENTRY_ARCHIVED = "entry.archive"
    ENTRY_RESTORED = "entry.restore"
    ENTRY_CONFIRMED = "entry.confirm"
    CONFIRMATION_ASKED = "confirmation.ask"
    CONFIRMATION_OVERDUE = "confirmation.overdue"
    ENTRY_MERGED = "entry.merge"
    ENTRY_PURGED = "entry.purge"
    MANY_CHANGED = "entries.change"
    BATCH_UNDONE = "batch.undo"
    EXPORTED = "book.export"
    BACKUP_RESTORED = "backup.restore"
    DATABASE_MOVED = "database.move"
    PROPOSAL_MADE = "proposal.make"
    PROPOSAL_APPROVED = "proposal.approve"
    PROPOSAL_REFUSED = "proposal.refuse"
    PROPOSAL_WITHDRAWN = "proposal.withdraw"
    APPROVAL_SET = "approval.set"


@dataclass(frozen=True, slots=True)
class Event:
    """One deed. ``target`` is ``kind:name`` (``account:UUID``, ``entry:UUID``, ``book:SLUG``), ``about`` a second one.

    ``fields`` are names of fields, or settings that hold no personal value; ``count`` says how many times or how many entries.
    """

    action: Action
    target: str
    about: str = ""
    fields: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Recorded:
    """One link of the chain: an event with who, when and from where. ``hash`` is over all the rest, ``previous`` among it."""

    number: int
    at_us: int
    actor: str
    credential: str
    door: str
    address: str
    action: str
    target: str
    about: str
    fields: tuple[str, ...]
    count: int
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last link at some moment: with it somebody notices later that the chain was cut or written anew."""

    number: int = 0
    hash: str = FIRST


def hash_of(record: Recorded) -> str:
    """Return the SHA-256 that a record must have: over the JSON array of its members in order but the last, no spaces, UTF-8."""
    return hashlib.sha256(json.dumps(astuple(record)[:-1], ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
