# SPDX-License-Identifier: GPL-3.0-or-later
"""Removing for good what lies in the trash: the entry, its history and all that was derived from them. The one deed without a way back.

What stays is that something was there: its href in the change log, so that a device which was away learns that it is gone, and the
audit trail's word of who removed it. Its photos stay out of reach, until ``care.sweeping`` finds that nothing else shows them.
"""

from __future__ import annotations

from dirserver.access.require import require_level
from dirserver.directory.groups.teaming import TeamLedger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.presenting import shows
from dirserver.errors import Conflict, NotFound
from dirserver.model.book import Level
from dirserver.model.entry import State
from dirserver.store.accounts import accounts
from dirserver.store.entries import books, entries, purges
from dirserver.store.entries.entries import Stored


def purge(asking: Asking, ledger: TeamLedger, uuid: str) -> None:
    """Remove a trashed entry. NotFound, NotAllowed without the level to manage the book, Conflict if it isn't in the trash or signs in."""
    stored = entries.by_uuid(asking.tx, uuid)
    book = books.by_id(asking.tx, stored.row.book_id) if stored is not None else None
    if stored is None or book is None or not shows(asking.view_on(book, stored.row), stored.row):
        raise NotFound("there is no such entry")
    ledger.claim(book)
    again = entries.by_uuid(asking.tx, uuid)
    if again is None:
        raise NotFound("there is no such entry")
    require_level(asking.view_on(book, again.row), Level.MANAGE, asking.name_of(book))
    purge_stored(ledger, again)


def purge_stored(ledger: TeamLedger, stored: Stored) -> None:
    """Remove an entry of a claimed book. Conflict if it isn't in the trash, or if somebody signs in as it."""
    if stored.row.state != State.TRASHED:
        raise Conflict("only what lies in the trash can be removed for good")
    if any(account.is_active for account in accounts.of_entries(ledger.tx, (stored.row.uuid,))):
        raise Conflict(f"somebody signs in as '{stored.row.display}' ({stored.row.name}); close that account first")
    ledger.purge(stored)
    purges.remove(ledger.tx, stored.id, stored.row.uuid)
