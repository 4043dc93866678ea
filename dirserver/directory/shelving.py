# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing whole books: making, naming, sharing and dropping them."""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.access.view import View
from dirserver.directory import grouping, sharing
from dirserver.directory.asking import Asking
from dirserver.directory.entry import BookView
from dirserver.directory.reading import Reading
from dirserver.directory.teaming import TeamLedger
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.store import label_books, labels
from dirserver.store.books import NewBook
from dirserver.store.renderings import Rendered


class Shelving(Reading):
    """The part of a writing that is about whole books."""

    def __init__(self, asking: Asking, ledger: TeamLedger) -> None:
        super().__init__(asking, _forget)
        self._ledger = ledger

    def add_book(self, slug: str, kind: BookKind, name: str, *, description: str = "", owner_id: int | None = None) -> BookView:
        """Make an empty book; only administrators and operators."""
        self._require_operator("make a book")
        new = NewBook(sharing.book_slug(kind, slug), kind, name, description, owner_id, self._ledger.at_us)
        book = sharing.add_book(self._ledger, new)
        if kind is BookKind.PEOPLE:
            self.mirror_groups()
        return BookView(book, *self._views_of(book))

    def found_book(self, name: str, *, description: str = "", slug: str = "") -> Slug:
        """Make a shared book of the asker's own and return its slug, by default made of its name. NotAllowed, BadInput, Conflict."""
        if not self.may_make_books:
            raise NotAllowed("you may not make a book; ask an administrator")
        return sharing.found_book(self._asking, self._ledger, name, description, slug)

    def rename_book(self, book: BookView, name: str, *, description: str = "") -> None:
        """Call a book otherwise; its slug stays."""
        sharing.rename_book(self._ledger, book, name, description)

    def need_label(self, book: BookView, *, is_needed: bool) -> None:
        """Say whether each contact that is added to a shared book needs a label."""
        sharing.need_label(self._ledger, book, is_needed=is_needed)

    def add_label_book(self, book: BookView, label: str, slug: str) -> BookView:
        """Show a label of a book as a book of its own; for who owns the book. NotFound, Conflict, BadInput."""
        if book.level < Level.OWN:
            self._require_operator("show a label as a book")
        name = sharing.book_slug(BookKind.SHARED, slug)
        sharing.require_free_slug(self._ledger, BookKind.SHARED, name)
        found = labels.named(self._asking.tx, book.book.id, (label,))
        if not found:
            raise NotFound(f"there is no label '{label}' in the book '{book.name}'")
        label_books.add(self._ledger.tx, name, found[0].id)
        return self.book(name)

    def drop_label_book(self, slug: str) -> None:
        """Show a label as a book no more; what is labelled so stays as it is. NotFound."""
        found = label_books.by_slug(self._asking.tx, slug)
        if found is None or self.book(slug).level < Level.OWN:
            self._require_operator("show a label as a book")
        if not label_books.drop(self._ledger.tx, slug):
            raise NotFound(f"there is no label that is shown as the book '{slug}'")

    def drop_book(self, book: BookView) -> None:
        """Remove an empty book."""
        sharing.drop_book(self._ledger, book)

    def grant(self, grant: Grant) -> None:
        """Give a grant in place of the one that its subject had; nobody gives more than they have."""
        sharing.grant(self._asking, self._ledger, self.book(grant.book), grant)

    def revoke(self, book: BookView, subject: Subject) -> None:
        """Take back what a subject was granted on a book."""
        sharing.revoke(self._asking, self._ledger, book, subject)

    def mirror_groups(self) -> None:
        """Give a card among the people to each group that has none."""
        self._require_operator("change groups")
        grouping.mirror(self._asking, self._ledger)

    def _views_of(self, book: Book) -> tuple[View, View, View, str]:
        rights = self._asking.rights_on(book)
        return (rights.view, rights.own, rights.managed, rights.fingerprint)


def _forget(_made: Sequence[Rendered]) -> None:
    # A writing may be undone, and what it would keep with it.
    return
