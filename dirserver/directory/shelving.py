# SPDX-License-Identifier: GPL-3.0-or-later
"""Changing whole books: making, naming, sharing and dropping them."""

from __future__ import annotations

from collections.abc import Sequence

from dirserver.access.require import require_level
from dirserver.access.view import View
from dirserver.directory.books import sharing
from dirserver.directory.groups import grouping, label_sharing
from dirserver.directory.groups.teaming import TeamLedger
from dirserver.directory.reading import Reading
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView
from dirserver.errors import Conflict, NotAllowed, NotFound
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.store.entries.books import NewBook
from dirserver.store.entries.renderings import Rendered
from dirserver.store.rights import label_books, label_grants


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
        label_id = self.label_named(book, label).id
        sharing.require_free_slug(self._ledger, BookKind.SHARED, name, label_id=label_id)
        label_books.add(self._ledger.tx, name, label_id)
        return self.book(name)

    def drop_label_book(self, slug: str) -> None:
        """Show a label as a book no more; what is labelled so stays as it is. NotFound."""
        found = label_books.by_slug(self._asking.tx, slug)
        if found is None or self.book(slug).level < Level.OWN:
            self._require_operator("show a label as a book")
        if found is not None and label_grants.is_any_on(self._asking.tx, found.label_id) and label_books.is_last(self._asking.tx, slug):
            raise Conflict(f"the label '{found.name}' is shared, and who it is shared with finds it there; take its grants back first")
        if not label_books.drop(self._ledger.tx, slug):
            raise NotFound(f"there is no label that is shown as the book '{slug}'")

    def drop_book(self, book: BookView) -> None:
        """Remove an empty book."""
        sharing.drop_book(self._ledger, book)

    def grant(self, grant: Grant) -> None:
        """Give a grant in place of the one that its subject had; nobody gives more than they have.

        On a label it is given by the label's name, or by the name that it has as a book; it becomes a book where it isn't one yet.
        """
        view = self.book(grant.book)
        if grant.label:
            view = self.label_as_book(view, grant.label)
        if view.label is None:
            sharing.grant(self._asking, self._ledger, view, grant)
        else:
            label_sharing.grant(self._asking, self._ledger, view, grant)

    def revoke(self, book: BookView, subject: Subject) -> None:
        """Take back what a subject was granted on a book, or on the label that it shows."""
        if book.label is None:
            sharing.revoke(self._asking, self._ledger, book, subject)
        else:
            label_sharing.revoke(self._asking, self._ledger, book, subject)

    def label_as_book(self, book: BookView, name: str) -> BookView:
        """Return a label as the book that it is for who sees it alone; it becomes one here where it isn't. NotFound, NotAllowed."""
        label = self.label_named(book, name)
        found = label_books.of_label(self._asking.tx, label.id)
        if found is None:
            require_level(book.view, Level.MANAGE, book.name)
            found = sharing.free_slug(self._ledger, f"{book.slug} {name}", label_id=label.id)
            label_books.add(self._ledger.tx, found, label.id)
        return self.book(found)

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
