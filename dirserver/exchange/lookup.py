# SPDX-License-Identifier: GPL-3.0-or-later
"""What the directory already has of what a file names, as the one who imports may see it: asked for hundreds of rows at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid5

from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry, Search
from dirserver.exchange.keys import By
from dirserver.exchange.referring import references_of
from dirserver.exchange.row import Row
from dirserver.model.book import BookKind
from dirserver.model.entry import State
from dirserver.model.filter import Equality, Or
from dirserver.model.fold import fold

_MAILS_AT_ONCE = 50


class Lookup:
    """Questions to one book, and to the people's book for references, within one transaction.

    ``prepare`` asks for a chunk of rows; until it is called again, the other methods answer from what it brought.
    """

    def __init__(self, reading: Reading, book: BookView) -> None:
        self._reading = reading
        self._book = book
        views = reading.books()
        self._people = next((view for view in views if view.book.kind is BookKind.PEOPLE and view.slug != book.slug), None)
        self._is_empty = reading.count(book, with_groups=True) == 0
        self._by_uuid: dict[str, Entry] = {}
        self._by_name: dict[str, Entry] = {}
        self._among_people: dict[str, str] = {}
        self._by_mail: dict[tuple[str, str], str | None] = {}

    def prepare(self, rows: Iterable[Row]) -> None:
        """Ask for everything that these rows name."""
        uuids: set[str] = set()
        names: set[str] = set()
        for row in rows:
            uuids.update(self._uuids_of(row))
            names.update((row.name,) if row.name is not None else ())
            for reference in references_of(row):
                (uuids if reference.by is By.UUID else names).add(reference.key)
        self._by_uuid, self._by_name, self._among_people = {}, {}, {}
        for entry in self._reading.among(self._book, uuids=sorted(uuids), names=sorted(names)):
            self._by_uuid[entry.uuid] = entry
            if entry.book == self._book.slug:
                self._by_name[fold(entry.name)] = entry
        if self._people is not None:
            missing = sorted(name for name in names if fold(name) not in self._by_name)
            for entry in self._reading.among(self._people, names=missing):
                if entry.state is State.ACTIVE:
                    self._among_people[fold(entry.name)] = entry.uuid

    def by_uuid(self, uuid: str) -> Entry | None:
        """Return the entry of this UUID in any book that shows."""
        return self._by_uuid.get(uuid)

    def by_uid(self, uid: str) -> Entry | None:
        """Return the book's entry whose vCard UID is ``uid``, which need not be a UUID."""
        found = self._by_uuid.get(self._made_of(uid))
        return found if found is not None and found.book == self._book.slug and found.card.uid == uid else None

    def by_name(self, name: str) -> Entry | None:
        """Return the book's entry of this name (uid)."""
        return self._by_name.get(fold(name))

    def referred(self, text: str) -> str | None:
        """Return the UUID of the book's entry that a uid or a mail address names."""
        entry = self._by_name.get(fold(text))
        if entry is not None and entry.state is State.ACTIVE:
            return entry.uuid
        return self._with_mail(self._book, text) if "@" in text and not self._is_empty else None

    def referred_elsewhere(self, text: str) -> str | None:
        """Return the UUID of the person that a uid or a mail address names, when the book isn't the people's own."""
        if self._people is None:
            return None
        return self._among_people.get(fold(text)) or (self._with_mail(self._people, text) if "@" in text else None)

    def with_mails(self, mails: Iterable[str]) -> tuple[Entry, ...]:
        """Return the book's entries that have one of these mail addresses."""
        wanted = sorted(set(mails)) if not self._is_empty else []
        found: list[Entry] = []
        for start in range(0, len(wanted), _MAILS_AT_ONCE):
            question = Or(tuple(Equality("mail", mail) for mail in wanted[start : start + _MAILS_AT_ONCE]))
            found += self._reading.search(Search(question, (self._book.slug,))).entries
        return tuple(found)

    def _with_mail(self, book: BookView, mail: str) -> str | None:
        """The one entry of a book with this address; asked once for each, because managers come again and again."""
        key = (book.slug, fold(mail))
        if key not in self._by_mail:
            found = self._reading.search(Search(Equality("mail", mail), (book.slug,), limit=2)).entries
            self._by_mail[key] = found[0].uuid if len(found) == 1 else None
        return self._by_mail[key]

    def _uuids_of(self, row: Row) -> Iterable[str]:
        if row.uuid is not None:
            yield row.uuid
        if row.card is not None and row.card.uid:
            yield self._made_of(row.card.uid)

    def _made_of(self, uid: str) -> str:
        """The UUID that the directory gives to an entry whose UID is none, or is taken in another book."""
        return str(uuid5(UUID(self._book.book.uuid), uid))
