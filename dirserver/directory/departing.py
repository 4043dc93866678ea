# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody leaves on a day to come: kept with the account, which opens no door from then on, and carried out by whichever server is first.

Setting the day and carrying it out are each one transaction. The account's row is locked in both, and what is carried out
is not due any more, so several nodes do it once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dirserver.directory import offboarding
from dirserver.directory.changes import moving
from dirserver.directory.groups.teaming import TeamLedger
from dirserver.directory.offboarding import Offboarded
from dirserver.directory.views.asking import Asking
from dirserver.errors import BadInput, Conflict
from dirserver.model.audit import Action, Event
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow


def schedule(ledger: TeamLedger, login: str, at: datetime, handover_to: str | None, *, now_us: int) -> None:
    """Let an account end at a moment to come. BadInput for one that is over, Conflict for a closed account or the last administrator."""
    at_us = round(at.timestamp() * 1_000_000)
    if at_us <= now_us:
        raise BadInput("that moment is over: leave it out to let them go now")
    row = _locked(ledger, login)
    if not row.is_active:
        raise Conflict(f"the account '{row.login}' is closed already")
    successor = offboarding.successor_of(ledger.tx, row, handover_to)
    accounts.save(ledger.tx, replace(row, leaves_us=at_us, successor_id=successor.id if successor is not None else None))
    about = f"account:{successor.uuid}" if successor is not None else ""
    ledger.record(Event(Action.OFFBOARDING_SET, f"account:{row.uuid}", about, (f"at={at.isoformat(timespec='minutes')}",)))


def cancel(ledger: TeamLedger, login: str) -> None:
    """Let an account go on. Conflict if it isn't going to end."""
    row = _locked(ledger, login)
    if row.leaves_us is None:
        raise Conflict(f"no day is set on which '{row.login}' leaves")
    accounts.save(ledger.tx, replace(row, leaves_us=None, successor_id=None))
    ledger.record(Event(Action.OFFBOARDING_CANCELLED, f"account:{row.uuid}"))


def carry_out(asking: Asking, ledger: TeamLedger, account_id: int, *, now_us: int) -> Offboarded | None:
    """Let somebody go whose time has come; None if somebody else just did, or it isn't wanted any more."""
    found = accounts.by_id(ledger.tx, account_id)
    if found is None:
        return None
    # Books before accounts, as every other writing.
    moving.claim(ledger, *offboarding.books_of(ledger, found.entry_uuid))
    row = accounts.lock(ledger.tx, account_id)
    if row is None or row.leaves_us is None or row.leaves_us > now_us:
        return None
    successor = accounts.by_id(ledger.tx, row.successor_id) if row.successor_id is not None else None
    # Who should take over may have left before: then the day stands all the same, and what is open is told.
    is_there = successor is not None and successor.is_open_at(now_us)
    return offboarding.offboard(asking, ledger, row.login, successor.login if successor is not None and is_there else None)


def _locked(ledger: TeamLedger, login: str) -> AccountRow:
    found = accounts.of_name(ledger.tx, login)
    return accounts.lock(ledger.tx, found.id) or found
