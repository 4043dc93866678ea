# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asking and what they may: looked up once per transaction, kept between transactions while nothing changed.

Grants, groups, accounts and books share one counter; what was resolved under its number holds until it moves, in every
process, so a change of rights counts from the next question on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from dirserver.access.rights import NO_LABELS, OnLabels, Rights, Standing, resolve
from dirserver.access.view import FieldClasses, View
from dirserver.directory.views.entry import BookView, Label
from dirserver.directory.views.profiling import PLAIN, Served, served_to
from dirserver.errors import NotAuthenticated
from dirserver.model.approval import Approval
from dirserver.model.book import Book
from dirserver.model.client import Family
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.model.profile import Rule
from dirserver.store.accounts import accounts
from dirserver.store.engine import counters
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries.entries import EntryRow
from dirserver.store.rights import approvals, label_grants, permissions, profiles, teams

_KEPT = 4096
_Known = TypeVar("_Known")
_OnBook = TypeVar("_OnBook", Grant, Approval)


@dataclass(frozen=True, slots=True)
class SharedLabels:
    """Labels that are granted to somebody, those in the trash too: their grants by book, and what they are called as books."""

    grants: Mapping[Slug, OnLabels] = field(default_factory=dict)
    slugs: Mapping[int, Slug] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one account may, as of one access number; rights are resolved book by book as they are asked for."""

    access_number: int
    standing: Standing
    grants: Mapping[Slug, tuple[Grant, ...]]
    approvals: Mapping[Slug, tuple[Approval, ...]]
    shared: SharedLabels
    rules: tuple[Rule, ...] = ()
    rights: dict[str, Rights] = field(default_factory=dict)
    views: dict[str, BookView] = field(default_factory=dict)
    served: dict[Family | None, Served] = field(default_factory=dict)


class Asking(NamedTuple):
    """One transaction with the one who asks in it, at one access number; ``served`` is what their program gets.

    ``views`` are books, by slug, that a reading has found under this number (what is said of them is as it was then).
    """

    tx: ReadTx
    access_number: int
    principal: Principal
    standing: Standing
    grants: Mapping[Slug, tuple[Grant, ...]]
    approvals: Mapping[Slug, tuple[Approval, ...]]
    rights: dict[str, Rights]
    views: dict[str, BookView]
    classes: FieldClasses
    shared: SharedLabels = SharedLabels()
    served: Served = PLAIN
    makers: tuple[Subject, ...] = ()

    def rights_on(self, book: Book) -> Rights:
        """Return what the asker may do on a book."""
        # By UUID: the number of a book whose transaction was undone goes to another book.
        known = self.rights.get(book.uuid)
        if known is None:
            known = resolve(self.standing, book, self.grants.get(book.slug, ()), self.classes, self.on_labels(book))
            self.rights[book.uuid] = known
        return known

    def rights_in(self, view: BookView) -> Rights:
        """Return what the asker may do on what a view shows: on a whole book, or on what carries its label."""
        if view.label is None:
            return self.rights_on(view.book)
        key = f"{view.book.uuid} {view.label.id}"
        known = self.rights.get(key)
        if known is None:
            known = self.rights_on(view.book).within(view.label.id)
            self.rights[key] = known
        return known

    def on_labels(self, book: Book) -> OnLabels:
        """Return the grants on labels of a book."""
        return self.shared.grants.get(book.slug, NO_LABELS)

    def carried(self, rights: Rights, uuids: Sequence[str]) -> Mapping[str, Collection[int]]:
        """Return which of the labels that the rights rest on entries carry; no question where they rest on none."""
        return label_grants.carried(self.tx, rights.labelled, uuids) if rights.labelled else {}

    def view_on(self, book: Book, row: EntryRow) -> View:
        """Return the View on this very entry of a book."""
        rights = self.rights_on(book)
        return rights.on(row.uuid, row.manager, self.carried(rights, (row.uuid,)).get(row.uuid, ()))

    def name_of(self, book: Book) -> str:
        """Return what to call a book to the asker: who sees a label alone hears of that."""
        rights = self.rights_on(book)
        return book.name if rights.is_any or not rights.labelled else min(self.shared.slugs[label] for label in rights.labelled)

    def viewed(self, book: Book) -> BookView | None:
        """Return the book as the asker may use it, None if it doesn't show."""
        rights = self.rights_on(book)
        return BookView(book, rights.view, rights.own, rights.managed, rights.fingerprint) if rights.is_any else None

    def viewed_through(self, book: Book, label: Label) -> BookView | None:
        """Return what carries a label as the asker may use it, None if it doesn't show."""
        whole = self.rights_on(book)
        # Its name and who is in it are categories: to whom it isn't granted and who may not read those learns nothing of it.
        if label.id not in whole.labelled and not (whole.is_any and whole.view.may_read("categories")):
            return None
        rights = whole.within(label.id)
        shown = BookView(book, rights.view, rights.own, rights.managed, whole.fingerprint, whole_view=whole.view)
        return shown.labelled(label) if rights.is_any else None


class _AsOf(Generic[_Known]):
    """What all askers share, looked up once for each access number. Two threads may both look it up: that costs, and harms nothing."""

    def __init__(self, look: Callable[[ReadTx], _Known]) -> None:
        self._look = look
        self._known: tuple[int, _Known] | None = None

    def at(self, tx: ReadTx, number: int) -> _Known:
        """Return it as of an access number, which is the one of this transaction."""
        known = self._known
        if known is None or known[0] != number:
            known = (number, self._look(tx))
            self._known = known
        return known[1]


def _by_book(rows: Iterable[_OnBook]) -> Mapping[Slug, tuple[_OnBook, ...]]:
    by_book: defaultdict[Slug, list[_OnBook]] = defaultdict(list)
    for row in rows:
        by_book[row.book].append(row)
    return {slug: tuple(found) for slug, found in by_book.items()}


def _shared_labels(tx: ReadTx) -> SharedLabels:
    by_book: dict[Slug, dict[int, tuple[Grant, ...]]] = {}
    slugs: dict[int, Slug] = {}
    for each in label_grants.listed(tx):
        of_book = by_book.setdefault(each.grant.book, {})
        of_book[each.label_id] = (*of_book.get(each.label_id, ()), each.grant)
        slugs[each.label_id] = each.slug
    return SharedLabels(by_book, slugs)


class AccessMemo:
    """What was resolved for recent askers; bounded, safe for threads."""

    def __init__(self, classes: FieldClasses, makers: tuple[Subject, ...] = ()) -> None:
        self._classes = classes
        self._makers = makers
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int | None, bool], Resolved] = OrderedDict()
        self._grants = _AsOf(lambda tx: _by_book(permissions.listed(tx)))
        self._approvals = _AsOf(lambda tx: _by_book(approvals.listed(tx)))
        self._shared = _AsOf(_shared_labels)
        self._rules = _AsOf(profiles.listed)

    def ask(self, tx: ReadTx, principal: Principal) -> Asking:
        """Return the asker in this transaction. Raises NotAuthenticated if the account was closed meanwhile."""
        number = counters.access_number(tx)
        key = (principal.account_id, principal.is_system)
        with self._lock:
            known = self._known.get(key)
            if known is not None and known.access_number == number:
                self._known.move_to_end(key)
                return self._asking(tx, principal, known)
        grants, waiting, shared = self._grants.at(tx, number), self._approvals.at(tx, number), self._shared.at(tx, number)
        fresh = Resolved(number, standing_of(tx, principal), grants, waiting, shared, self._rules.at(tx, number))
        with self._lock:
            self._known[key] = fresh
            self._known.move_to_end(key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._asking(tx, principal, fresh)

    def recall(self, tx: ReadTx, principal: Principal) -> Asking | None:
        """Return the asker as they were when they asked last, None where nobody remembers: whether that holds, who asks has to see."""
        known = self._known.get((principal.account_id, principal.is_system))
        return self._asking(tx, principal, known) if known is not None else None

    def knows(self, principal: Principal, number: int) -> bool:
        """Tell whether ``ask`` has nothing to look up for this asker at an access number."""
        known = self._known.get((principal.account_id, principal.is_system))
        return known is not None and known.access_number == number

    def _asking(self, tx: ReadTx, principal: Principal, known: Resolved) -> Asking:
        served = known.served.get(principal.client)
        if served is None:
            served = served_to(known.standing, known.rules, principal.client)
            known.served[principal.client] = served
        standing, grants, rights = known.standing, known.grants, known.rights
        number, views, classes = known.access_number, known.views, self._classes
        waiting, shared = known.approvals, known.shared
        return Asking(tx, number, principal, standing, grants, waiting, rights, views, classes, shared, served, self._makers)


def standing_of(tx: ReadTx, principal: Principal) -> Standing:
    """Return who a principal is as far as grants care. NotAuthenticated for a closed account."""
    if principal.is_system:
        return Standing(is_system=True, login=principal.login)
    if principal.account_id is None:
        return Standing()
    row = accounts.by_id(tx, principal.account_id)
    if row is None or not row.is_active:
        raise NotAuthenticated("this account is closed")
    groups = frozenset(fold(name) for name in teams.names_of(tx, row.entry_uuid)) if row.entry_uuid else frozenset[str]()
    return Standing(row.id, groups, row.entry_uuid, row.is_admin, login=row.login, stamp=row.stamp)
