# SPDX-License-Identifier: GPL-3.0-or-later
"""Books as somebody sees them: which there are, who owns them, who may do what with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dirserver.access.granting import may_grant
from dirserver.access.require import require_level
from dirserver.access.rights import is_one_of
from dirserver.directory.books import sharing
from dirserver.directory.groups import label_sharing
from dirserver.directory.views import explaining
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import Batch, BookView, Label, batch_of
from dirserver.directory.views.explaining import May
from dirserver.directory.views.presenting import listed_reach
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store.engine import counters
from dirserver.store.entries import books, entries, labels, merges
from dirserver.store.entries.entries import Stored
from dirserver.store.rights import label_books
from dirserver.store.rights.label_books import LabelBook

_MOST_BATCHES = 20


class Shelves:
    """The part of a reading that is about whole books. Hidden and missing look the same: NotFound."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    @property
    def principal(self) -> Principal:
        """Who is asking."""
        return self._asking.principal

    def books(self) -> tuple[BookView, ...]:
        """Return the books that show: people first, shared ones by name, one's own last.

        Labels that show what their books don't are among the shared ones.
        """
        found = list(books.listed(self._asking.tx))
        if self._asking.standing.account_id:
            found += books.owned(self._asking.tx, self._asking.standing.account_id)
        elif self._asking.standing.is_system:
            found += books.personal(self._asking.tx)
        views = [view for book in found if (view := self._asking.viewed(book)) is not None]
        views += (view for view in self._granted_labels() if view.stands_alone)
        order = list(BookKind)
        return tuple(sorted(views, key=lambda view: (order.index(view.book.kind), fold(view.name), view.slug)))

    def book(self, slug: str) -> BookView:
        """Return the book of that name; a personal one is ``~LOGIN``."""
        view = self._found(slug)
        if view is None:
            raise NotFound(f"there is no book '{slug}'")
        return view

    def label_books(self) -> tuple[BookView, ...]:
        """Return the labels that are shown as books of their own and are not among the ``books``, by name."""
        views = (self._label_view(found) for found in label_books.listed(self._asking.tx))
        shown = (view for view in views if view is not None and not view.stands_alone)
        return tuple(sorted(shown, key=lambda view: (fold(view.name), view.slug)))

    def count(self, book: BookView, *, with_groups: bool = False) -> int:
        """Count the entries of a book that show: what a phone should show too. Labels count only ``with_groups``, where they are cards."""
        reach = listed_reach(self._asking, book)
        return entries.count(self._asking.tx, book.book.id, replace(reach, with_groups=reach.with_groups and with_groups))

    def change_number(self) -> int:
        """Return a number that grows with each commit that could change an answer about listed books."""
        return books.sum_of_numbers(self._asking.tx) + counters.access_number(self._asking.tx)

    def may(self, account_id: int | None, book: BookView) -> May:
        """Return what an account (None: nobody in particular) may do on a book, and why; for administrators and those who may share it.

        NotAuthenticated for a closed account.
        """
        if book.in_general.level < Level.MANAGE:
            self._require_operator("see what others may do")
        return explaining.may(self._asking, account_id, book)

    # Sharing

    @property
    def may_make_books(self) -> bool:
        """True if the asker may make a shared book, which is theirs then."""
        standing = self._asking.standing
        if standing.is_system or standing.is_admin:
            return True
        return standing.account_id > 0 and any(is_one_of(standing, subject) for subject in self._asking.makers)

    def batches_of(self, book: BookView) -> tuple[Batch, ...]:
        """Return the newest batches of changes in a book, for who may delete from it; NotAllowed for others."""
        require_level(book.in_general, Level.DELETE, book.name)
        return tuple(batch_of(row) for row, _ in merges.newest_on(self._asking.tx, book.book.id, _MOST_BATCHES, 0))

    def owners(self, book: BookView) -> tuple[Subject, ...]:
        """Return who owns a shared book besides administrators: whom to ask for more."""
        if book.stands_alone:
            return ()
        return tuple(grant.subject for grant in self._asking.grants.get(book.book.slug, ()) if grant.level is Level.OWN)

    def grants(self, book: BookView) -> tuple[Grant, ...]:
        """Return the grants on a book; NotAllowed without the level to share it."""
        return sharing.grants_on(self._asking, book) if book.label is None else label_sharing.grants_on(self._asking, book)

    def may_give(self, book: BookView, given: Grant) -> bool:
        """Tell whether the asker could give this grant on a book, and so change it or take it back."""
        return may_grant(book.view, given if book.label is None else replace(given, label=book.label.name))

    def label_grants(self, book: BookView) -> tuple[Grant, ...]:
        """Return the grants on labels of a book; NotAllowed without the level to share it."""
        return label_sharing.grants_on(self._asking, book)

    def label_book(self, book: BookView, name: str) -> BookView:
        """Return a label of a book as the book that it is where it is shared. NotFound."""
        slug = label_books.of_label(self._asking.tx, self.label_named(book, name).id)
        if slug is None:
            raise NotFound(f"the label '{name}' is no book of its own, and shared with nobody")
        return self.book(slug)

    def label_named(self, book: BookView, name: str) -> Stored:
        """Return the label of a book that is called so. NotFound, also for who may not know of it."""
        may_know = book.label is None and book.view.may_read("categories")
        found = labels.named(self._asking.tx, book.book.id, (name,)) if may_know else ()
        if not found:
            raise NotFound(f"there is no label '{name}' in the book '{book.name}'")
        return found[0]

    def _found(self, slug: str) -> BookView | None:
        found = books.by_slug(self._asking.tx, slug)
        return self._asking.viewed(found) if found is not None else self._label_view(label_books.by_slug(self._asking.tx, slug))

    def _label_view(self, found: LabelBook | None) -> BookView | None:
        book = books.by_id(self._asking.tx, found.book_id) if found is not None else None
        if found is None or book is None:
            return None
        return self._asking.viewed_through(book, Label(found.label_id, Slug(found.slug), found.name))

    def _granted_labels(self) -> Iterator[BookView]:
        """Yield the labels that are granted to somebody and show to the asker; no question where none is."""
        for slug in self._asking.shared.slugs.values():
            view = self._label_view(label_books.by_slug(self._asking.tx, slug))
            if view is not None:
                yield view

    def _require_operator(self, what: str) -> None:
        if not (self._asking.standing.is_system or self._asking.standing.is_admin):
            raise NotAllowed(f"only administrators may {what}")
