# SPDX-License-Identifier: GPL-3.0-or-later
"""What one writing transaction keeps: the numbers it took, the changes it made, the batch they belong to."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dirserver.card.packed import unpack
from dirserver.directory.ledger.auditing import Deeds
from dirserver.directory.ledger.drafting import Prepared, Stamp, indexed
from dirserver.directory.ledger.news import News
from dirserver.model.audit import Event
from dirserver.model.book import Book
from dirserver.model.change import What
from dirserver.model.entry import State
from dirserver.model.letter import Letter, Matter
from dirserver.model.names import BatchId
from dirserver.model.notice import NoticeKind
from dirserver.model.principal import Principal
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow
from dirserver.store.care import audit
from dirserver.store.delivery import notices, outbox, subscriptions
from dirserver.store.engine import counters
from dirserver.store.engine.opening import WriteTx
from dirserver.store.entries import batches, blobs, books, changes, claims, entries, index, merges, renderings
from dirserver.store.entries.batches import BatchRow
from dirserver.store.entries.blobs import Blob
from dirserver.store.entries.changes import NewChange
from dirserver.store.entries.entries import EntryRow, Stored
from dirserver.store.rights import permissions

_BY_LETTER = {
    NoticeKind.TO_DECIDE: Matter.PROPOSALS_WAIT,
    NoticeKind.APPROVED: Matter.PROPOSALS_APPROVED,
    NoticeKind.REFUSED: Matter.PROPOSALS_REFUSED,
}


def new_batch_id() -> BatchId:
    """Return an id that no batch and no series has."""
    return BatchId(secrets.token_hex(6))


@dataclass(slots=True)
class Ledger:
    """One transaction's account of itself; ``close`` writes the change log and the books' numbers."""

    tx: WriteTx
    principal: Principal
    at_us: int
    batch: BatchId | None = None
    called_by: Callable[[AccountRow], str] | None = None
    """What an open account calls the principal; None: by the login."""
    _numbers: dict[int, int] = field(default_factory=dict)
    _access_number: int | None = None
    _spared: dict[int, Sequence[str] | None] = field(default_factory=dict)
    _people: set[int] = field(default_factory=set)
    _slugs: dict[int, str] = field(default_factory=dict)
    _deeds: Deeds = field(default_factory=Deeds)
    _changes: defaultdict[int, list[NewChange]] = field(default_factory=lambda: defaultdict(list))
    _letters: dict[tuple[int, Matter], int] = field(default_factory=dict)

    def claim(self, book: Book) -> None:
        """Lock a book for this transaction and take its next number; a second time does nothing."""
        if book.id not in self._numbers:
            self.take(book, books.claim(self.tx, book.id))

    def claim_entry(self, book: Book, href: str) -> Stored | None:
        """Lock a book as ``claim`` does; return its entry of that name, None where there is none but in the trash."""
        if book.id in self._numbers:
            return entries.held(self.tx, book.id, href)
        found = claims.claim(self.tx, book.id, href)
        self.take(book, found.number)
        self._access_number = found.access_number
        return found.stored

    @property
    def access_number(self) -> int:
        """The number under which everybody's rights stand in this transaction."""
        return counters.access_number(self.tx) if self._access_number is None else self._access_number

    def take(self, book: Book, number: int) -> None:
        """Take note of a book that is locked, and of the number to write under."""
        self._numbers[book.id] = number
        self._slugs[book.id] = book.slug
        if book.slug == "people":
            self._people.add(book.id)

    def is_of_people(self, book_id: int) -> bool:
        """Tell whether a claimed book is the people's."""
        return book_id in self._people

    def stamp(self, book_id: int) -> Stamp:
        """Return who changes what when, for a book that is claimed."""
        return Stamp(self.principal, self.at_us, self._numbers[book_id], self.batch)

    def record(self, event: Event) -> None:
        """Let the audit trail say what else this transaction does."""
        audit.record(self.tx, event, self.principal, self.at_us)

    def begin_batch(self, kind: str, note: str, series: BatchId | None = None) -> BatchId:
        """Write down a new batch; what follows belongs to it."""
        self.batch = new_batch_id()
        row = BatchRow(self.batch, kind, note, self.principal.login, self.principal.door, self.at_us, series=series)
        batches.add(self.tx, row)
        return self.batch

    def add(self, prepared: Sequence[Prepared]) -> tuple[Stored, ...]:
        """Store new entries of claimed books."""
        rows = [one.row for one in prepared]
        media = [Blob(one.digest, one.media_type, one.data) for each in prepared for one in each.media]
        if media:
            blobs.add(self.tx, media, self.at_us)
        ids = entries.add(self.tx, rows)
        found_by = [indexed(number, one.row, one.card, one.values) for number, one in zip(ids, prepared, strict=True)]
        index.replace(self.tx, found_by, are_new=True)
        self._log_new(ids, rows)
        self._link_accounts(rows)
        return tuple(Stored(number, row) for number, row in zip(ids, rows, strict=True))

    def change(self, before: Stored, after: EntryRow, *, says: Prepared | None = None, state: State | None = None) -> Stored:
        """Store a new revision of an entry of a claimed book, in another state if one is given.

        ``says`` is what the row was made with, where its card is a new one.
        """
        if state is not None and state != after.state:
            after = after._replace(state=state)
        entries.change(self.tx, before, after)
        # What is archived or in the trash stays in the index, where stewards search it; only its state keeps it from the others.
        if (after.card, after.name_key) != (before.row.card, before.row.name_key):
            card, values = (says.card, says.values) if says is not None else (unpack(after.card), None)
            index.replace(self.tx, [indexed(before.id, after, card, values)])
        renderings.forget(self.tx, [before.id])
        self._changes[after.book_id].append(NewChange(before.id, after.href, What(after.what)))
        self._deeds.note(after.book_id, after.what, after.uuid, after.display)
        if after.href != before.row.href:
            self._changes[after.book_id].append(NewChange(before.id, before.row.href, What.MOVED))
        return Stored(before.id, after)

    def purge(self, stored: Stored) -> None:
        """Let the change log and the audit trail say that an entry of a claimed book is gone for good."""
        self._changes[stored.row.book_id].append(NewChange(stored.id, stored.row.href, What.PURGED))
        self._deeds.note(stored.row.book_id, What.PURGED, stored.row.uuid, stored.row.display)

    def spare(self, book_id: int, subscriptions: Sequence[str] | None) -> None:
        """Let these of the principal's subscriptions (None: all) hear nothing of what this transaction changes in a book."""
        self._spared[book_id] = subscriptions

    def tell_again(self, book: Book, href: str, entry_id: int) -> None:
        """Let the change log of a claimed book name an href once more; ``entry_id`` is 0 where there is no entry."""
        changes.forget_retold(self.tx, book.id, entry_id, href)
        self._changes[book.id].append(NewChange(entry_id, href, What.RETOLD))

    def close(self) -> None:
        """Write the change log, and what the audit trail is to say: the last step before the commit."""
        if self._deeds.are_told(self.batch):
            for event in self._deeds.events(self._slugs, self.batch):
                self.record(event)
            self._tell_owners()
        if self._letters:
            self._post_letters()
        if self.batch is not None:
            merges.tell_books(self.tx, self.batch, self._deeds.counts())
        for book_id in sorted(self._changes):
            number = self._numbers[book_id]
            changes.replace(self.tx, book_id, number, self._changes[book_id])
            books.advance(self.tx, book_id, number)
            if book_id in self._spared and self.principal.account_id is not None:
                subscriptions.skip(self.tx, self.principal.account_id, book_id, number, self._spared[book_id])

    def tell(self, account_ids: Iterable[int], news: News) -> None:
        """Let accounts know of something that this transaction does; the one who does it knows it.

        Of proposals they are told by letter too: one for all that this transaction has of a kind, without what is in the fields.
        """
        for account_id in dict.fromkeys(account_ids):
            if account_id != self.principal.account_id:
                notices.tell(self.tx, news.row(account_id, self.principal.login, self.at_us))
                if news.kind in _BY_LETTER:
                    letter = (account_id, _BY_LETTER[news.kind])
                    self._letters[letter] = self._letters.get(letter, 0) + 1

    def _post_letters(self) -> None:
        for (account_id, matter), count in sorted(self._letters.items()):
            self._post(account_id, matter, {}, count)

    def _tell_owners(self) -> None:
        for deed in self._deeds.for_owners(self.batch):
            kind = NoticeKind.DELETED if deed.what is What.TRASHED else NoticeKind.CHANGED
            owners = permissions.owners_of(self.tx, deed.book_id)
            self.tell(owners, News(kind, f"book:{self._slugs[deed.book_id]}", deed.names, deed.count))
            matter = Matter.ENTRIES_DELETED if deed.what is What.TRASHED else Matter.ENTRIES_CHANGED
            for account_id in owners:
                if account_id != self.principal.account_id:
                    self._post(account_id, matter, self._book_in_words(deed.book_id), deed.count)

    def _post(self, account_id: int, matter: Matter, words: Mapping[str, str], count: int) -> None:
        """Let an account be told by letter who did it, as its reader knows them: it is read where nobody looks a login up."""
        to = accounts.by_id(self.tx, account_id) if self.tx.has_mail else None
        if to is not None and to.is_active:
            who = self.called_by(to) if self.called_by is not None else self.principal.login
            outbox.post(self.tx, Letter(matter, {"who": who, **words}, count=count), to, self.at_us)

    def _book_in_words(self, book_id: int) -> dict[str, str]:
        book = books.by_id(self.tx, book_id)
        slug = self._slugs[book_id] if book is None else book.slug
        return {"book": slug if book is None else book.name, "slug": slug}

    def _log_new(self, ids: Sequence[int], rows: Sequence[EntryRow]) -> None:
        # At once, not at the end: an import's memory must not grow with its file.
        by_book: defaultdict[int, list[NewChange]] = defaultdict(list)
        for number, row in zip(ids, rows, strict=True):
            by_book[row.book_id].append(NewChange(number, row.href, What.CREATED))
            self._deeds.note(row.book_id, What.CREATED, row.uuid, row.display)
        for book_id, new in by_book.items():
            changes.append(self.tx, book_id, self._numbers[book_id], new)
            self._changes[book_id] += ()

    def _link_accounts(self, rows: Sequence[EntryRow]) -> None:
        # An account may be there before its person is imported.
        people = [row for row in rows if row.book_id in self._people]
        waiting = {account.login_key: account.id for account in accounts.without_entry(self.tx)} if people else {}
        for row in people:
            if row.name_key in waiting:
                accounts.link(self.tx, waiting[row.name_key], row.uuid)
