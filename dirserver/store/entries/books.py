# SPDX-License-Identifier: GPL-3.0-or-later
"""Books and their change numbers."""

from __future__ import annotations

import secrets
import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, literal_column, select, update

from dirserver.errors import NotFound
from dirserver.model.book import Book, BookKind
from dirserver.model.change import Mark, Marks
from dirserver.model.names import Slug
from dirserver.store.engine.counters import advance_access, is_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.engine.texts import is_storable
from dirserver.store.entries import former_slugs
from dirserver.store.schema.care_tables import batch_book, care_mark, trash_told
from dirserver.store.schema.push_tables import push_subscription
from dirserver.store.schema.tables import book, change, counter, entry, permission

_COLUMNS = (
    book.c.id,
    book.c.uuid,
    book.c.slug,
    book.c.kind,
    book.c.name,
    book.c.description,
    book.c.owner_id,
    book.c.number,
    book.c.epoch,
    book.c.created_us,
    book.c.needs_label,
)
_BY_SLUG = Prepared(select(*_COLUMNS).where(book.c.slug == bindparam("slug")), "slug")
_LISTED = Prepared(select(*_COLUMNS).where(book.c.kind != BookKind.PERSONAL).order_by(book.c.id))
_PERSONAL = Prepared(select(*_COLUMNS).where(book.c.kind == BookKind.PERSONAL).order_by(book.c.id))
_OWNED = Prepared(select(*_COLUMNS).where(book.c.owner_id == bindparam("owner")).order_by(book.c.id), "owner")
_BY_ID = Prepared(select(*_COLUMNS).where(book.c.id == bindparam("wanted")), "wanted")

_MARKED = select(counter.c.number, book.c.id, book.c.number, book.c.epoch).where(is_access)
_MARK = Prepared(_MARKED.where(book.c.id == bindparam("wanted")), "wanted")
_MARKS = Prepared(_MARKED.where(among(book.c.id, "wanted")), "wanted")
_NUMBERS = select(func.sum(book.c.number)).where(book.c.kind != literal_column(f"'{BookKind.PERSONAL}'"))
_ALL_MARKS = Prepared(select(counter.c.number, _NUMBERS.scalar_subquery()).where(is_access))

_NUMBER_OF = select(book.c.number).where(book.c.id == bindparam("wanted"))
_NUMBER, _NUMBER_LOCKED = Prepared(_NUMBER_OF, "wanted"), Prepared(_NUMBER_OF.with_for_update(), "wanted")
_SUM = Prepared(select(func.sum(book.c.number)).where(book.c.kind != BookKind.PERSONAL))
_ADVANCE = Prepared(update(book).where(book.c.id == bindparam("wanted")), "number", "wanted")


@dataclass(frozen=True, slots=True)
class NewBook:
    """What a new book starts with; ``owner_id`` only for a personal one."""

    slug: Slug
    kind: BookKind
    name: str
    description: str
    owner_id: int | None
    at_us: int


def _book(row: Sequence[Any]) -> Book:
    number, uuid, slug, kind, name, description, owner_id, change_number, epoch, created_us, needs_label = row
    return Book(number, uuid, Slug(slug), BookKind(kind), name, description, owner_id, change_number, epoch, created_us, bool(needs_label))


def listed(tx: ReadTx) -> tuple[Book, ...]:
    """Return all books that aren't personal."""
    return tuple(_book(row) for row in _LISTED.all(tx))


def personal(tx: ReadTx) -> tuple[Book, ...]:
    """Return all personal books."""
    return tuple(_book(row) for row in _PERSONAL.all(tx))


def owned(tx: ReadTx, account_id: int) -> tuple[Book, ...]:
    """Return the personal books of an account."""
    return tuple(_book(row) for row in _OWNED.all(tx, account_id))


def by_slug(tx: ReadTx, slug: str) -> Book | None:
    """Return the book of that name, or None."""
    if not is_storable(slug):
        return None
    row = _BY_SLUG.one(tx, slug)
    return None if row is None else _book(row)


def by_id(tx: ReadTx, book_id: int) -> Book | None:
    """Return the book as it is in this transaction (its number may have grown), or None."""
    row = _BY_ID.one(tx, book_id)
    return None if row is None else _book(row)


def mark(tx: ReadTx, book_id: int) -> Mark | None:
    """Return where a book and the rights of everybody stand; None for a book that isn't there."""
    row = _MARK.one(tx, book_id)
    return None if row is None else Mark(*row)


def marks(tx: ReadTx, book_ids: Sequence[int]) -> set[Mark]:
    """Return where each of these books stands that is there, in one question."""
    return {Mark(*row) for row in _MARKS.all(tx, book_ids)}


def add(tx: WriteTx, new: NewBook) -> Book:
    """Make an empty book; Conflict (from the transaction) if the slug is taken."""
    tx.connection.execute(
        insert(book).values(
            uuid=str(uuids.uuid4()),
            slug=new.slug,
            kind=new.kind,
            owner_id=new.owner_id,
            name=new.name,
            description=new.description,
            epoch=new_epoch(),
            created_us=new.at_us,
        )
    )
    advance_access(tx)
    return _book(tx.connection.execute(select(*_COLUMNS).where(book.c.slug == new.slug)).one())


def rename(tx: WriteTx, book_id: int, name: str, description: str) -> None:
    """Change how a book is called; its slug stays."""
    tx.connection.execute(update(book).where(book.c.id == book_id).values(name=name, description=description))
    advance_access(tx)


def need_label(tx: WriteTx, book_id: int, *, is_needed: bool) -> None:
    """Say whether contacts of a book need a label; what was looked through has to be looked through anew."""
    tx.connection.execute(update(book).where(book.c.id == book_id).values(needs_label=is_needed))
    tx.connection.execute(delete(care_mark).where(care_mark.c.book_id == book_id))
    advance_access(tx)


def drop(tx: WriteTx, dropped: Book) -> None:
    """Remove a book that has no entries left. Where it ever had some its name stays its own; a personal book's is its owner's."""
    if dropped.number and dropped.kind is not BookKind.PERSONAL:
        former_slugs.keep(tx, dropped.slug)
    tx.connection.execute(delete(permission).where(permission.c.book_id == dropped.id))
    tx.connection.execute(delete(change).where(change.c.book_id == dropped.id))
    for table in (push_subscription, care_mark, trash_told, batch_book):
        tx.connection.execute(delete(table).where(table.c.book_id == dropped.id))
    tx.connection.execute(delete(book).where(book.c.id == dropped.id))
    # The sum of all numbers must not fall (change_number), so what goes with the book is added to the other counter.
    advance_access(tx, by=dropped.number + 1)


def claim(tx: WriteTx, book_id: int) -> int:
    """Lock the book against other writers and return the change number that this transaction will write under.

    The lock is held to the end of the transaction, so numbers are committed in the order in which they are taken.
    """
    row = (_NUMBER if tx.is_sqlite else _NUMBER_LOCKED).one(tx, book_id)
    if row is None:
        raise NotFound("this book is gone")
    return 1 + int(row[0])


def advance(tx: WriteTx, book_id: int, number: int) -> None:
    """Set the book's number: the last step of a transaction that changed something in it."""
    _ADVANCE.run(tx, number, book_id)


def renew_epochs(tx: WriteTx) -> None:
    """Give every book a new epoch: after a restore, no earlier token points into this log."""
    for (book_id,) in tx.connection.execute(select(book.c.id)).all():
        tx.connection.execute(update(book).where(book.c.id == book_id).values(epoch=new_epoch()))
    advance_access(tx)


def sum_of_numbers(tx: ReadTx) -> int:
    """Return a number that grows with each change of a listed book."""
    (total,) = _SUM.one(tx) or (0,)
    return int(total or 0)


def all_marks(tx: ReadTx) -> Marks:
    """Return where all listed books and everybody's rights stand."""
    ((access_number, numbers),) = _ALL_MARKS.all(tx)
    return Marks(int(access_number), int(numbers or 0))


def count_entries(tx: ReadTx, book_id: int) -> int:
    """Count all entries of a book in whatever state."""
    return tx.connection.execute(select(func.count()).where(entry.c.book_id == book_id)).scalar_one()


def new_epoch() -> str:
    """Return a fresh epoch: 12 hexadecimal digits."""
    return secrets.token_hex(6)
