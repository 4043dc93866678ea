# SPDX-License-Identifier: GPL-3.0-or-later
"""What the audit trail holds, in words: deeds, and by what somebody was known. The chain, commands and exports keep their names."""

from __future__ import annotations

from dirserver.model.audit import Action
from dirserver.web.shell.languages import gettext, mark

_DEEDS = {
    Action.SIGNED_IN: mark("Signed in"),
    Action.SIGN_IN_REFUSED: mark("Sign-in refused"),
    Action.SIGN_IN_THROTTLED: mark("Sign-in held back after too many attempts"),
    Action.SECOND_STEP_REFUSED: mark("Second step refused"),
    Action.SECOND_STEP_THROTTLED: mark("Second step held back after too many attempts"),
    Action.SESSION_PROVED: mark("Signed in afresh for something important"),
    Action.FACTOR_ADDED: mark("Second factor set up"),
    Action.FACTOR_REMOVED: mark("Second factor removed"),
    Action.FACTORS_RESET: mark("All second factors removed"),
    Action.RECOVERY_CODES_MADE: mark("Recovery codes made"),
    Action.RECOVERY_CODE_USED: mark("Recovery code used"),
    Action.KEYS_ROTATED: mark("Secrets sealed with a new key"),
    Action.ACCOUNT_ADDED: mark("Account added"),
    Action.ACCOUNT_CHANGED: mark("Account changed"),
    Action.ACCOUNT_CLOSED: mark("Account closed"),
    Action.ACCOUNT_OFFBOARDED: mark("Account offboarded"),
    Action.OFFBOARDING_SET: mark("Offboarding planned"),
    Action.OFFBOARDING_CANCELLED: mark("Offboarding called off"),
    Action.ACCOUNT_REOPENED: mark("Account opened again"),
    Action.LOCKOUT_LIFTED: mark("Let in again after too many attempts"),
    Action.PASSWORD_SET: mark("Password set"),
    Action.LINK_MADE: mark("Sign-in link made"),
    Action.ACCOUNT_INVITED: mark("Invited"),
    Action.INVITATION_REVOKED: mark("Invitation taken back"),
    Action.RESET_ASKED: mark("Link for a forgotten password asked for"),
    Action.SESSIONS_ENDED: mark("Signed out in browsers"),
    Action.DEVICE_ADDED: mark("Device password added"),
    Action.DEVICE_REVOKED: mark("Device password revoked"),
    Action.TOKEN_ADDED: mark("API token added"),
    Action.TOKEN_REVOKED: mark("API token revoked"),
    Action.GROUP_ADDED: mark("Group added"),
    Action.GROUP_CHANGED: mark("Group changed"),
    Action.GROUP_DROPPED: mark("Group removed"),
    Action.MEMBER_ADDED: mark("Put into a group"),
    Action.MEMBER_REMOVED: mark("Taken out of a group"),
    Action.GRANT_GIVEN: mark("Grant given"),
    Action.GRANT_REVOKED: mark("Grant taken back"),
    Action.BOOK_ADDED: mark("Book added"),
    Action.BOOK_RENAMED: mark("Book renamed or set up otherwise"),
    Action.BOOK_DROPPED: mark("Book removed"),
    Action.PROFILE_SET: mark("What clients get was set"),
    Action.ENTRY_DELETED: mark("Entry moved to the trash"),
    Action.ENTRY_ARCHIVED: mark("Entry archived"),
    Action.ENTRY_RESTORED: mark("Entry restored"),
    Action.ENTRY_CONFIRMED: mark("Entry confirmed"),
    Action.CONFIRMATION_ASKED: mark("Asked whether entries are still correct"),
    Action.CONFIRMATION_OVERDUE: mark("Entries stayed unconfirmed"),
    Action.ENTRY_MERGED: mark("Entries merged"),
    Action.ENTRY_PURGED: mark("Entry removed for good"),
    Action.MANY_CHANGED: mark("Many entries changed"),
    Action.BATCH_UNDONE: mark("Batch undone"),
    Action.EXPORTED: mark("Exported"),
    Action.BACKUP_RESTORED: mark("Backup restored"),
    Action.DATABASE_MOVED: mark("Everything moved to another database"),
    Action.PROPOSAL_MADE: mark("Change proposed"),
    Action.PROPOSAL_APPROVED: mark("Change approved"),
    Action.PROPOSAL_REFUSED: mark("Change refused"),
    Action.PROPOSAL_WITHDRAWN: mark("Proposed change withdrawn"),
    Action.APPROVAL_SET: mark("Approval rule set"),
}
_CREDENTIALS = {
    "password": mark("password"),
    "session": mark("browser session"),
    "link": mark("link from a letter"),
    "passkey": mark("passkey"),
    "certificate": mark("certificate"),
    "operator": mark("operator of the server"),
    "schedule": mark("by the clock"),
}
_DEVICE, _TOKEN = "device password ", "token "
_DEVICE_WORDS = mark("device password %(number)s")
_TOKEN_WORDS = mark("API token %(number)s")


def deed_name(action: str) -> str:
    """Return what an event was, in words; one that this version doesn't know as it stands in the chain."""
    return gettext(_DEEDS[Action(action)]) if action in set(Action) else action


def credential_name(credential: str) -> str:
    """Return by what an actor was known, in words where there are any."""
    if credential.startswith(_DEVICE):
        return gettext(_DEVICE_WORDS) % {"number": credential.removeprefix(_DEVICE)}
    if credential.startswith(_TOKEN):
        return gettext(_TOKEN_WORDS) % {"number": credential.removeprefix(_TOKEN)}
    return gettext(_CREDENTIALS[credential]) if credential in _CREDENTIALS else credential
