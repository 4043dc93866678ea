# SPDX-License-Identifier: GPL-3.0-or-later
"""Books and grants: making, renaming, dropping, sharing."""

from __future__ import annotations

import re
from collections.abc import Callable

from dirserver.access.require import require_level
from dirserver.access.view import EVERYTHING, PRIVATE, FieldClasses
from dirserver.directory.asking import Asking
from dirserver.directory.entry import BookView
from dirserver.directory.ledger import Ledger
from dirserver.errors import BadInput, Conflict, NotAllowed
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.store import books, label_books, permissions
from dirserver.store.books import NewBook

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}|~[^\s/]{1,100}")
_RESERVED = frozenset({"contacts", "directory", "books", "groups", "principals"})


def add_book(ledger: Ledger, new: NewBook) -> Book:
    """Make a book. BadInput for a slug that can't be one, Conflict if it is taken."""
    require_free_slug(ledger, new.kind, new.slug)
    ledger.record(Event(Action.BOOK_ADDED, f"book:{new.slug}", fields=(new.kind,)))
    return books.add(ledger.tx, new)


def require_free_slug(ledger: Ledger, kind: BookKind, slug: Slug) -> None:
    """Raise BadInput for a slug that can't name a book of that kind, Conflict if a book, or a label shown as one, has it."""
    if _SLUG.fullmatch(slug) is None or slug in _RESERVED or (kind is BookKind.PERSONAL) != slug.startswith("~"):
        raise BadInput(f"'{slug}' can't name a book: use small letters, digits and hyphens, and none of {', '.join(sorted(_RESERVED))}")
    if books.by_slug(ledger.tx, slug) is not None or label_books.has_slug(ledger.tx, slug):
        raise Conflict(f"there is a book '{slug}' already")


def rename_book(ledger: Ledger, view: BookView, name: str, description: str) -> None:
    """Call a book otherwise; its slug stays."""
    require_level(view.view, Level.OWN, view.name)
    books.rename(ledger.tx, view.book.id, name, description)
    ledger.record(Event(Action.BOOK_RENAMED, f"book:{view.book.slug}"))


def drop_book(ledger: Ledger, view: BookView) -> None:
    """Remove an empty book. Conflict while it has entries, in whatever state, for they have a history to keep."""
    require_level(view.view, Level.OWN, view.name)
    count = books.count_entries(ledger.tx, view.book.id)
    if count:
        raise Conflict(f"the book '{view.name}' still holds {count} entries, archived and deleted ones among them")
    books.drop(ledger.tx, view.book)
    ledger.record(Event(Action.BOOK_DROPPED, f"book:{view.book.slug}"))


def grants_on(asking: Asking, view: BookView) -> tuple[Grant, ...]:
    """Return the grants on a book, for those who may share it."""
    require_level(view.view, Level.MANAGE, view.name)
    return asking.grants.get(view.slug, ())


def grant(ledger: Ledger, view: BookView, given: Grant) -> None:
    """Give a grant. Nobody gives more than they have: neither a higher level nor a field that they can't read or write.

    Nor does anybody take the place of a grant that they could not have given.
    """
    _require_within(view, given)
    _require_over(ledger, view, given.subject)
    permissions.put(ledger.tx, view.book.id, given)
    allowed = (f"level={given.level.name.lower()}", f"reads={','.join(given.reads)}", f"writes={','.join(given.writes)}")
    ledger.record(Event(Action.GRANT_GIVEN, f"book:{view.book.slug}", permissions.target_of(ledger.tx, given.subject), allowed))


def revoke(ledger: Ledger, view: BookView, subject: Subject) -> None:
    """Take a grant back; only one that the asker could have given."""
    require_level(view.view, Level.MANAGE, view.name)
    _require_over(ledger, view, subject)
    permissions.revoke(ledger.tx, view.book.id, subject)
    ledger.record(Event(Action.GRANT_REVOKED, f"book:{view.book.slug}", permissions.target_of(ledger.tx, subject)))


def book_slug(kind: BookKind, slug: str) -> Slug:
    """Return ``slug`` as a name of a book of that kind."""
    return Slug(f"~{slug.removeprefix('~')}" if kind is BookKind.PERSONAL else slug)


def _require_over(ledger: Ledger, view: BookView, subject: Subject) -> None:
    for present in permissions.listed(ledger.tx):
        if present.book == view.slug and present.subject.kind is subject.kind and fold(present.subject.name) == fold(subject.name):
            _require_within(view, present)


def _require_within(view: BookView, given: Grant) -> None:
    require_level(view.view, Level.MANAGE, view.name)
    if given.level > view.level:
        raise NotAllowed(f"you may give at most the level that you have on '{view.name}'")
    classes = view.view.classes
    missing = [name for name in given.reads if not _covers(view.view.may_read, classes, name)]
    missing += [name for name in given.writes if not _covers(view.view.may_write, classes, name)]
    if missing:
        raise NotAllowed(f"you may not give what you don't have on '{view.name}': {', '.join(missing)}")


def _covers(may: Callable[[str], bool], classes: FieldClasses, name: str) -> bool:
    """Tell whether one who ``may`` do something with a field has all that ``name`` stands for: a field, or each of a class."""
    if name == EVERYTHING:
        return may(PRIVATE) and all(map(may, classes.of_field))
    # A property that nobody listed stands for all of the class of the unlisted ones.
    return all(may(field) for field, of_class in classes.of_field.items() if of_class == name.lower()) and (
        name.lower() in classes.of_field.values() or may(name)
    )
