# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels that are shown as books of their own: a name in URLs for the members of one group of a book."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, literal_column, select

from dirserver.model.names import Slug
from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.engine.texts import is_storable
from dirserver.store.entries import former_slugs
from dirserver.store.schema.tables import entry, label_book


class LabelBook(NamedTuple):
    """One of them: its name in URLs, its group, what that is called, and the book that it is in."""

    slug: str
    label_id: int
    name: str
    book_id: int


_FOUND = (
    select(label_book.c.slug, label_book.c.label_id, entry.c.display, entry.c.book_id)
    .join(entry, entry.c.id == label_book.c.label_id)
    # A label in the trash has no members, and no book.
    .where(entry.c.state == literal_column("'active'"))
)
_LISTED = Prepared(_FOUND.order_by(label_book.c.slug))
_BY_SLUG = Prepared(_FOUND.where(label_book.c.slug == bindparam("wanted", type_=label_book.c.slug.type)), "wanted")


def listed(tx: ReadTx) -> tuple[LabelBook, ...]:
    """Return all of them."""
    return tuple(LabelBook(*row) for row in _LISTED.all(tx))


def by_slug(tx: ReadTx, slug: str) -> LabelBook | None:
    """Return the one of that name, or None."""
    row = _BY_SLUG.one(tx, slug) if is_storable(slug) else None
    return None if row is None else LabelBook(*row)


def of_label(tx: ReadTx, label_id: int) -> Slug | None:
    """Return what a label is called as a book: the first of its names; None if it isn't one."""
    found = tx.connection.execute(select(label_book.c.slug).where(label_book.c.label_id == label_id).order_by(label_book.c.slug).limit(1))
    slug = found.scalar_one_or_none()
    return None if slug is None else Slug(slug)


def is_last(tx: ReadTx, slug: str) -> bool:
    """Tell whether a label is shown under no other name than this one."""
    other = label_book.alias("other")
    question = select(other.c.slug).join(label_book, label_book.c.label_id == other.c.label_id)
    return tx.connection.execute(question.where(label_book.c.slug == slug, other.c.slug != slug).limit(1)).first() is None


def has_slug(tx: ReadTx, slug: str) -> bool:
    """Tell whether a label has this name as a book, one in the trash too: it comes back with it."""
    question = select(label_book.c.slug).where(label_book.c.slug == slug)
    return is_storable(slug) and tx.connection.execute(question).first() is not None


def add(tx: WriteTx, slug: str, label_id: int) -> None:
    """Show a label as a book."""
    tx.connection.execute(insert(label_book).values(slug=slug, label_id=label_id))
    advance_access(tx)


def drop(tx: WriteTx, slug: str) -> bool:
    """Show it as a book no more; False if there is none of that name. The name stays the label's."""
    former_slugs.keep_label_books(tx, label_book.c.slug == slug)
    dropped = tx.connection.execute(delete(label_book).where(label_book.c.slug == slug)).rowcount == 1
    advance_access(tx)
    return dropped
