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


class Departures:
    """Letting people go, in one transaction, as an operator."""

    def __init__(self, asking: Asking, ledger: TeamLedger) -> None:
        self._asking = asking
        self._ledger = ledger

    def let_go(self, login: str, *, handover_to: str | None = None) -> Offboarded:
        """Let somebody go: nothing of theirs opens a door any more, their entry is archived, what hung on them goes to a successor."""
        return offboarding.offboard(self._asking, self._ledger, login, handover_to)

    def schedule(self, login: str, at: datetime, *, handover_to: str | None = None) -> None:
        """Let somebody go at a moment to come: from then on nothing of theirs opens a door, and a running server does the rest.

        BadInput for a moment that is over, Conflict for a closed account or the last administrator.
        """
        ledger = self._ledger
        at_us = round(at.timestamp() * 1_000_000)
        if at_us <= ledger.at_us:
            raise BadInput("that moment is over: leave it out to let them go now")
        row = self._locked(login)
        if not row.is_active:
            raise Conflict(f"the account '{row.login}' is closed already")
        successor = offboarding.successor_of(ledger.tx, row, handover_to)
        accounts.save(ledger.tx, replace(row, leaves_us=at_us, successor_id=successor.id if successor is not None else None))
        about = f"account:{successor.uuid}" if successor is not None else ""
        ledger.record(Event(Action.OFFBOARDING_SET, f"account:{row.uuid}", about, (f"at={at.isoformat(timespec='minutes')}",)))

    def cancel(self, login: str) -> None:
        """Take back that somebody leaves. Conflict if nobody is going to."""
        row = self._locked(login)
        if row.leaves_us is None:
            raise Conflict(f"no day is set on which '{row.login}' leaves")
        accounts.save(self._ledger.tx, replace(row, leaves_us=None, successor_id=None))
        self._ledger.record(Event(Action.OFFBOARDING_CANCELLED, f"account:{row.uuid}"))

    def carry_out(self, account_id: int) -> Offboarded | None:
        """Let somebody go whose time has come; None if somebody else just did, or it isn't wanted any more."""
        ledger = self._ledger
        found = accounts.by_id(ledger.tx, account_id)
        if found is None:
            return None
        # Books before accounts, as every other writing.
        moving.claim(ledger, *offboarding.books_of(ledger, found.entry_uuid))
        row = accounts.lock(ledger.tx, account_id)
        if row is None or row.leaves_us is None or row.leaves_us > ledger.at_us:
            return None
        successor = accounts.by_id(ledger.tx, row.successor_id) if row.successor_id is not None else None
        # Who should take over may have left before: then the day stands all the same, and what is open is told.
        is_there = successor is not None and successor.is_open_at(ledger.at_us)
        return self.let_go(row.login, handover_to=successor.login if successor is not None and is_there else None)

    def _locked(self, login: str) -> AccountRow:
        found = accounts.of_name(self._ledger.tx, login)
        return accounts.lock(self._ledger.tx, found.id) or found
