# SPDX-License-Identifier: GPL-3.0-or-later
"""Books and grants: making, renaming, dropping, sharing."""

from __future__ import annotations

import itertools
import re

from dirserver.access.granting import require_known, require_may_grant
from dirserver.access.require import require_level
from dirserver.access.view import EVERYTHING
from dirserver.directory.ledger.ledger import Ledger
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.entry import BookView
from dirserver.errors import BadInput, Conflict
from dirserver.model.audit import Action, Event
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.names import Slug
from dirserver.store.entries import books, former_slugs
from dirserver.store.entries.books import NewBook
from dirserver.store.rights import label_books, permissions

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}|~[^\s/]{1,100}")
_RESERVED = frozenset({"contacts", "directory", "books", "groups", "principals"})
_MOST_NAME = 120
_MOST_SLUG = 40


def add_book(ledger: Ledger, new: NewBook) -> Book:
    """Make a book. BadInput for a slug that can't be one, Conflict if it is taken."""
    require_free_slug(ledger, new.kind, new.slug)
    ledger.record(Event(Action.BOOK_ADDED, f"book:{new.slug}", fields=(new.kind,)))
    return books.add(ledger.tx, new)


def require_free_slug(ledger: Ledger, kind: BookKind, slug: Slug, *, label_id: int | None = None) -> None:
    """Raise BadInput for a slug that can't name a book of that kind, Conflict if a book, or a label shown as one, has it or had it.

    What a label was called as a book before it may be called again (``label_id``).
    """
    if _SLUG.fullmatch(slug) is None or slug in _RESERVED or (kind is BookKind.PERSONAL) != slug.startswith("~"):
        raise BadInput(f"'{slug}' can't name a book: use small letters, digits and hyphens, and none of {', '.join(sorted(_RESERVED))}")
    if books.by_slug(ledger.tx, slug) is not None or label_books.has_slug(ledger.tx, slug):
        raise Conflict(f"there is a book '{slug}' already")
    if former_slugs.is_of_another(ledger.tx, slug, label_id):
        raise Conflict(f"another book was called '{slug}', and phones may still show what was in it; choose another name")


def found_book(asking: Asking, ledger: Ledger, name: str, description: str, slug: str) -> Slug:
    """Make a shared book that the asker owns. BadInput without a name, Conflict for a slug that is taken."""
    name = named(name)
    chosen = Slug(slug) if slug else free_slug(ledger, name)
    add_book(ledger, NewBook(chosen, BookKind.SHARED, name, description.strip(), None, ledger.at_us))
    made = books.by_slug(ledger.tx, chosen)
    if made is not None and asking.standing.account_id:
        own = Grant(chosen, Subject(SubjectKind.ACCOUNT, asking.standing.login), Level.OWN, (EVERYTHING,), (EVERYTHING,))
        _put(ledger, made, own)
    return chosen


def named(name: str) -> str:
    """Return the name of a book as it is kept; BadInput if it can't be one."""
    name = " ".join(name.split())
    if not name or len(name) > _MOST_NAME or not name.isprintable():
        raise BadInput(f"a book needs a name of up to {_MOST_NAME} letters")
    return name


def free_slug(ledger: Ledger, name: str, *, label_id: int | None = None) -> Slug:
    """Return a slug made of a name that no book has or had, nor a label that is shown as one, but this."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:_MOST_SLUG].strip("-") or "book"
    numbered = itertools.chain((plain,), (f"{plain}-{number}" for number in itertools.count(2)))
    return next(Slug(slug) for slug in numbered if _is_free(ledger, slug, label_id))


def _is_free(ledger: Ledger, slug: str, label_id: int | None) -> bool:
    if slug in _RESERVED or books.by_slug(ledger.tx, slug) is not None or label_books.has_slug(ledger.tx, slug):
        return False
    return not former_slugs.is_of_another(ledger.tx, slug, label_id)


def rename_book(ledger: Ledger, view: BookView, name: str, description: str) -> None:
    """Call a book otherwise; its slug stays."""
    require_level(view.view, Level.OWN, view.name)
    books.rename(ledger.tx, view.book.id, named(name), description.strip())
    ledger.record(Event(Action.BOOK_RENAMED, f"book:{view.book.slug}"))


def need_label(ledger: Ledger, view: BookView, *, is_needed: bool) -> None:
    """Say whether each contact of a shared book needs a label. BadInput for other books: there labels are one's own, or groups."""
    require_level(view.view, Level.OWN, view.name)
    if view.book.kind is not BookKind.SHARED or view.label is not None:
        raise BadInput("only in a shared book contacts can need a label")
    if view.book.needs_label != is_needed:
        books.need_label(ledger.tx, view.book.id, is_needed=is_needed)
        field = "needs-label" if is_needed else "needs-no-label"
        ledger.record(Event(Action.BOOK_RENAMED, f"book:{view.book.slug}", fields=(field,)))


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


def grant(asking: Asking, ledger: Ledger, view: BookView, given: Grant) -> None:
    """Give a grant. Nobody gives more than they have: neither a higher level nor a field that they can't read or write.

    Nor does anybody take the place of a grant that they could not have given.
    """
    require_known(given, view.view.classes)
    require_may_grant(view.view, given, view.name)
    _require_over(ledger, view, given.subject)
    if given.level < Level.OWN:
        _require_owner_left(asking, view, given.subject)
    _put(ledger, view.book, given)


def _put(ledger: Ledger, book: Book, given: Grant) -> None:
    permissions.put(ledger.tx, book.id, given)
    allowed = (f"level={given.level.name.lower()}", f"reads={','.join(given.reads)}", f"writes={','.join(given.writes)}")
    ledger.record(Event(Action.GRANT_GIVEN, f"book:{book.slug}", permissions.target_of(ledger.tx, given.subject), allowed))


def revoke(asking: Asking, ledger: Ledger, view: BookView, subject: Subject) -> None:
    """Take a grant back; only one that the asker could have given."""
    require_level(view.view, Level.MANAGE, view.name)
    _require_over(ledger, view, subject)
    _require_owner_left(asking, view, subject)
    permissions.revoke(ledger.tx, view.book.id, subject)
    ledger.record(Event(Action.GRANT_REVOKED, f"book:{view.book.slug}", permissions.target_of(ledger.tx, subject)))


def book_slug(kind: BookKind, slug: str) -> Slug:
    """Return ``slug`` as a name of a book of that kind."""
    return Slug(f"~{slug.removeprefix('~')}" if kind is BookKind.PERSONAL else slug)


def _require_over(ledger: Ledger, view: BookView, subject: Subject) -> None:
    for present in permissions.listed(ledger.tx):
        if present.book == view.slug and _is_same(present.subject, subject):
            require_may_grant(view.view, present, view.name)


def _require_owner_left(asking: Asking, view: BookView, subject: Subject) -> None:
    """Refuse to take the last owner away: nobody but an administrator could share, rename or drop the book then."""
    owners = [each.subject for each in permissions.listed(asking.tx) if each.book == view.slug and each.level is Level.OWN]
    is_last = len(owners) == 1 and _is_same(owners[0], subject)
    if is_last and not (asking.standing.is_admin or asking.standing.is_system):
        raise Conflict(f"'{subject.name}' is the only owner of '{view.name}'; make somebody else its owner first")


def _is_same(one: Subject, other: Subject) -> bool:
    return one.kind is other.kind and fold(one.name) == fold(other.name)
