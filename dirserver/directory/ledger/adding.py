# SPDX-License-Identifier: GPL-3.0-or-later
"""Making entries, one or thousands: the same checks, in as few statements as the database allows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from dirserver.access.require import require_level, require_writable
from dirserver.access.view import field_name
from dirserver.card.card import Card
from dirserver.card.groups import categories_of
from dirserver.directory.ledger.drafting import Prepared, fields_given, new_row, touched, uuids_for
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Draft
from dirserver.errors import BadInput, Conflict, UidTaken
from dirserver.model.book import Book, Level
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.principal import Door
from dirserver.store.entries import blobs, entries
from dirserver.store.entries.blobs import Blob
from dirserver.store.entries.entries import EntryRow, Stored

_CHUNK = 500


def require_add(asking: Asking, book: Book, card: Card) -> None:
    """Raise NotAllowed unless the asker may make an entry with this card; BadInput where the book wants a label and it has none.

    What the book's View was when the caller was given it doesn't count: rights may have changed since.
    """
    view = asking.rights_on(book).view
    require_level(view, Level.EDIT, asking.name_of(book))
    if not view.writes_everything:
        require_writable(view, (field for field in fields_given(card) if field_name(field) != "cn"))
    # A phone makes a contact first and puts it into a list afterwards, and an iPhone that is refused stops all synchronization: what
    # comes by CardDAV without a label is taken, and is on the steward's desk until it has one.
    _require_label(asking, book, card)


def require_label_left(asking: Asking, book: Book, before: Card, after: Card) -> None:
    """Raise BadInput where the book wants a label and the last one is taken from an entry.

    One that has none by now, as a phone made it, may still be edited. A phone moves a contact between lists by taking it out of one and
    putting it into the other: what comes by CardDAV is taken here too.
    """
    if categories_of(before):
        _require_label(asking, book, after)


def _require_label(asking: Asking, book: Book, card: Card) -> None:
    if book.needs_label and asking.principal.door is not Door.DAV and card.kind != "group" and not categories_of(card):
        raise BadInput(f"each contact of '{book.name}' needs a label: give it at least one")


def add(ledger: Ledger, book: Book, draft: Draft) -> tuple[Stored, Prepared]:
    """Make one entry; what lies in the trash under the same UID comes back as it."""
    return _add_chunk(ledger, book, (draft,))[0]


def add_all(ledger: Ledger, book: Book, drafts: Iterable[Draft]) -> int:
    """Make many entries and return how many."""
    iterator = iter(drafts)
    count = 0
    while chunk := tuple(itertools.islice(iterator, _CHUNK)):
        count += len(_add_chunk(ledger, book, chunk))
    return count


def _add_chunk(ledger: Ledger, book: Book, drafts: Sequence[Draft]) -> tuple[tuple[Stored, Prepared], ...]:
    ledger.claim(book)
    stamp = ledger.stamp(book.id)
    candidates = {uuid for draft in drafts for uuid in uuids_for(book, draft, draft.card.uid or draft.uuid or "")}
    taken = set(entries.taken_uuids(ledger.tx, sorted(candidates)))
    prepared: list[Prepared] = []
    for draft in drafts:
        one = new_row(book, draft, stamp, taken=frozenset(taken))
        taken.add(one.row.uuid)
        prepared.append(one)
    _require_distinct([one.row for one in prepared])
    _require_free(ledger, book, [one.row for one in prepared])
    discarded = {stored.row.uid: stored for stored in entries.trashed(ledger.tx, book.id, [one.row.uid for one in prepared])}
    added = iter(ledger.add([one for one in prepared if one.row.uid not in discarded]))
    return tuple(
        (_revive(ledger, discarded[one.row.uid], one, draft) if one.row.uid in discarded else next(added), one)
        for one, draft in zip(prepared, drafts, strict=True)
    )


def _revive(ledger: Ledger, before: Stored, prepared: Prepared, draft: Draft) -> Stored:
    blobs.add(ledger.tx, [Blob(one.digest, one.media_type, one.data) for one in prepared.media], ledger.at_us)
    fresh = prepared.row
    # Its old name may have gone to somebody else while it lay in the trash.
    holder = entries.by_name(ledger.tx, before.row.book_id, before.row.name_key)
    is_renamed = draft.name is not None or (holder is not None and holder.row.state != State.TRASHED)
    after = touched(before.row, What.RESTORED, ledger.stamp(before.row.book_id))._replace(
        href=fresh.href,
        name=fresh.name if is_renamed else before.row.name,
        name_key=fresh.name_key if is_renamed else before.row.name_key,
        kind=fresh.kind,
        digest=fresh.digest,
        card=fresh.card,
        display=fresh.display,
        sort_key=fresh.sort_key,
        key_es=fresh.key_es,
        key_pl=fresh.key_pl,
        key_eo=fresh.key_eo,
        manager=fresh.manager,
    )
    return ledger.change(before, after, says=prepared, state=State.ACTIVE)


def _require_distinct(rows: Sequence[EntryRow]) -> None:
    for what, keys in (("UID", [row.uid for row in rows]), ("name", [row.name_key for row in rows]), ("href", [row.href for row in rows])):
        if len(set(keys)) < len(keys):
            twice = next(key for index, key in enumerate(keys) if key in keys[:index])
            raise Conflict(f"two of the new entries have the {what} '{twice}'")


def _require_free(ledger: Ledger, book: Book, rows: Sequence[EntryRow]) -> None:
    for held in entries.many(ledger.tx, "uid", book.id, [row.uid for row in rows]):
        raise UidTaken(f"another entry of the book '{book.name}' has the UID '{held.row.uid}'", held.row.href)
    for held in entries.many(ledger.tx, "name_key", book.id, [row.name_key for row in rows]):
        raise Conflict(f"the book '{book.name}' has an entry named '{held.row.name}' already")
    for held in entries.many(ledger.tx, "href", book.id, [row.href for row in rows]):
        raise Conflict(f"the book '{book.name}' has an entry '{held.row.href}' already")
