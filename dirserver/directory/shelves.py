# SPDX-License-Identifier: GPL-3.0-or-later
"""Books as somebody sees them: which there are, who owns them, who may do what with them."""

from __future__ import annotations

from dataclasses import replace

from dirserver.access.require import require_level
from dirserver.access.rights import is_one_of
from dirserver.directory import explaining, sharing
from dirserver.directory.asking import Asking
from dirserver.directory.entry import Batch, BookView, Label, batch_of
from dirserver.directory.explaining import May
from dirserver.directory.presenting import listed_reach
from dirserver.errors import NotAllowed, NotFound
from dirserver.model.book import BookKind, Level
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store import books, counters, entries, label_books, merges
from dirserver.store.label_books import LabelBook

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
        """Return the books that show: people first, shared ones by name, one's own last."""
        found = list(books.listed(self._asking.tx))
        if self._asking.standing.account_id:
            found += books.owned(self._asking.tx, self._asking.standing.account_id)
        elif self._asking.standing.is_system:
            found += books.personal(self._asking.tx)
        views = [view for book in found if (view := self._asking.viewed(book)) is not None]
        order = list(BookKind)
        return tuple(sorted(views, key=lambda view: (order.index(view.book.kind), fold(view.name), view.slug)))

    def book(self, slug: str) -> BookView:
        """Return the book of that name; a personal one is ``~LOGIN``."""
        view = self._found(slug)
        if view is None:
            raise NotFound(f"there is no book '{slug}'")
        return view

    def label_books(self) -> tuple[BookView, ...]:
        """Return the labels that are shown as books of their own, as far as their books show, by name."""
        views = (self._label_view(found) for found in label_books.listed(self._asking.tx))
        return tuple(sorted((view for view in views if view is not None), key=lambda view: (fold(view.name), view.slug)))

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
        if book.view.level < Level.MANAGE:
            self._require_operator("see what others may do")
        return explaining.may(self._asking, account_id, book.book)

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
        require_level(book.view, Level.DELETE, book.name)
        return tuple(batch_of(row) for row, _ in merges.newest_on(self._asking.tx, book.book.id, _MOST_BATCHES, 0))

    def owners(self, book: BookView) -> tuple[Subject, ...]:
        """Return who owns a shared book besides administrators: whom to ask for more."""
        return tuple(grant.subject for grant in self._asking.grants.get(book.book.slug, ()) if grant.level is Level.OWN)

    def grants(self, book: BookView) -> tuple[Grant, ...]:
        """Return the grants on a book; NotAllowed without the level to share it."""
        return sharing.grants_on(self._asking, book)

    def _found(self, slug: str) -> BookView | None:
        found = books.by_slug(self._asking.tx, slug)
        return self._asking.viewed(found) if found is not None else self._label_view(label_books.by_slug(self._asking.tx, slug))

    def _label_view(self, found: LabelBook | None) -> BookView | None:
        book = books.by_id(self._asking.tx, found.book_id) if found is not None else None
        view = self._asking.viewed(book) if book is not None else None
        # Its name and who is in it are categories: who may not read them learns nothing of it.
        if found is None or view is None or not view.view.may_read("categories"):
            return None
        return view.labelled(Label(found.label_id, Slug(found.slug), found.name))

    def _require_operator(self, what: str) -> None:
        if not (self._asking.standing.is_system or self._asking.standing.is_admin):
            raise NotAllowed(f"only administrators may {what}")
