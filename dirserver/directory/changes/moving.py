# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking an entry to another place: copied with what the asker sees of it, or moved, which only who sees all of it may.

A card that moves becomes a new entry of its new book. The old one goes to the trash of the book that it leaves, whole and with
its history, so nothing is lost that somebody there still needs. Back in a book whose trash has it, it is that entry again.
"""

from __future__ import annotations

from dataclasses import dataclass

from dirserver.access.require import require_level
from dirserver.directory.changes.putting import check_match, require_its_uid
from dirserver.directory.ledger.adding import add, require_add
from dirserver.directory.ledger.drafting import touched
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Draft
from dirserver.directory.views.presenting import shown_card, shows, with_media
from dirserver.directory.views.spelling import spelled_out
from dirserver.errors import NotAllowed, NotFound, Stale
from dirserver.model.book import Book, Level
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.names import ETag, Href
from dirserver.store.entries import entries
from dirserver.store.entries.entries import Stored


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entry is put down: its href, its name (None: one is made), and whether what is there may be replaced."""

    href: Href
    name: str | None = None
    may_replace: bool = True


def claim(ledger: Ledger, *books: Book) -> None:
    """Lock the books in one order, whoever asks: two that move things against each other must not wait for ever."""
    for book in sorted(books, key=lambda book: book.id):
        ledger.claim(book)


def taken(asking: Asking, ledger: Ledger, book: Book, href: Href, if_match: ETag | None) -> Stored:
    """Return the entry that shows at ``href``, with its members. Raises NotFound, Stale."""
    ledger.claim(book)
    stored = entries.held(asking.tx, book.id, href)
    view = asking.view_on(book, stored.row) if stored is not None else None
    if stored is None or view is None or stored.row.state != State.ACTIVE or not shows(view, stored.row):
        raise NotFound(f"there is no entry '{href}'")
    check_match(asking, stored, view, if_match)
    return spelled_out(asking.tx, (stored,))[0]


def release(asking: Asking, ledger: Ledger, book: Book, stored: Stored) -> None:
    """Let an entry leave its book. Raises NotAllowed without the level to delete it, or where parts of it are hidden."""
    view = asking.view_on(book, stored.row)
    require_level(view, Level.DELETE, stored.row.display)
    if not view.reads_everything:
        raise NotAllowed("parts of this entry are hidden from you; moved, it would lose them")
    ledger.change(stored, touched(stored.row, What.TRASHED, ledger.stamp(book.id)), state=State.TRASHED)


def place(asking: Asking, ledger: Ledger, stored: Stored, source: Book, target: Book, spot: Spot) -> bool:
    """Make an entry at a spot of ``target`` with what the asker sees of ``stored``; tell whether nothing was there.

    What is there goes to the trash if it may be replaced. Raises Stale if not, Conflict, NotAllowed, UidTaken.
    """
    href = spot.href
    card = with_media(asking.tx, shown_card(asking.view_on(source, stored.row), stored.row.card))
    there = entries.held(asking.tx, target.id, href)
    if there is not None and there.id != stored.id:
        if not spot.may_replace:
            raise Stale(f"there is an entry '{href}' already")
        view = asking.view_on(target, there.row)
        if there.row.state != State.ACTIVE or view.level < Level.VIEW:
            raise NotAllowed(f"you may not write '{href}'")
        require_level(view, Level.DELETE, there.row.display)
        require_its_uid(there, card)
        ledger.change(there, touched(there.row, What.TRASHED, ledger.stamp(target.id)), state=State.TRASHED)
    require_add(asking, target, card)
    add(ledger, target, Draft(card, name=spot.name, href=href))
    return there is None
