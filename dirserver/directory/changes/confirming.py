# SPDX-License-Identifier: GPL-3.0-or-later
"""When an entry counts as confirmed: somebody said so, or changed it by hand who would be asked. See docs/decisions/0036.

A change by hand is one that belongs to no batch: an import, a merge or a mending touches what nobody looked at. Among people only the
one it is about knows the rest of the entry: that others put in another department says nothing of the mobile number.
"""

from __future__ import annotations

from collections.abc import Collection

from dirserver.access.require import require_level
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.errors import NotFound
from dirserver.model.audit import Action, Event
from dirserver.model.book import Level
from dirserver.model.change import What
from dirserver.store.care import confirmations
from dirserver.store.entries import books, entries
from dirserver.store.entries.entries import EntryRow, Stored


def vouches(asking: Asking, ledger: Ledger, row: EntryRow, what: What) -> bool:
    """Tell whether who changes an entry vouches for it thereby."""
    if ledger.batch is not None or asking.principal.is_system or what is not What.CHANGED:
        return False
    return not ledger.is_of_people(row.book_id) or asking.standing.person == row.uuid


def note_confirmed(ledger: Ledger, stored: Stored) -> None:
    """Write down that an entry of a claimed book is right as it is."""
    entries.confirm(ledger.tx, stored.id, ledger.at_us)
    ledger.record(Event(Action.ENTRY_CONFIRMED, f"entry:{stored.row.uuid}"))


def confirm_linked(asking: Asking, ledger: Ledger, digest: str, uuids: Collection[str]) -> int:
    """Confirm entries as the one who was asked about them by a letter, and use its link up; return how many that were.

    NotFound for a link that doesn't hold (any more), or is somebody else's. Entries that it isn't about are none of its business, nor
    are those that its account may not change any more.
    """
    linked = [one for one in confirmations.of_link(ledger.tx, digest, ledger.at_us) if one.account_id == asking.standing.account_id]
    done = 0
    for one in linked:
        book = books.by_id(ledger.tx, one.book_id)
        if not one.is_open or one.uuid not in uuids or book is None:
            continue
        ledger.claim(book)
        stored = entries.by_uuid(ledger.tx, one.uuid)
        if stored is None:
            continue
        require_level(asking.view_on(book, stored.row), Level.EDIT, asking.name_of(book))
        note_confirmed(ledger, stored)
        done += 1
    # After the locks on the books, which every writing takes first; a link that was used meanwhile undoes all of it.
    if not linked or not confirmations.use(ledger.tx, digest):
        raise NotFound("this link was used already or is too old")
    return done
