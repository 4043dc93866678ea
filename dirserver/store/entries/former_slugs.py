# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in URLs that books, and labels that were books, have had: whoever still follows one holds what was there."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, insert, literal, or_, select

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.texts import is_storable
from dirserver.store.schema.slug_tables import former_slug
from dirserver.store.schema.tables import label_book


def is_of_another(tx: ReadTx, slug: str, label_id: int | None = None) -> bool:
    """Tell whether something else than this label (None: anything) was called so."""
    if not is_storable(slug):
        return False
    other = or_(former_slug.c.label_id.is_(None), former_slug.c.label_id != label_id) if label_id is not None else literal(value=True)
    return tx.connection.execute(select(former_slug.c.slug).where(former_slug.c.slug == slug, other)).first() is not None


def keep(tx: WriteTx, slug: str) -> None:
    """Write down that a book was called so."""
    tx.connection.execute(delete(former_slug).where(former_slug.c.slug == slug))
    tx.connection.execute(insert(former_slug).values(slug=slug, label_id=None))


def keep_label_books(tx: WriteTx, condition: ColumnElement[bool]) -> None:
    """Write down what the labels of these rows of ``label_book`` were called as books."""
    known = select(label_book.c.slug).where(condition)
    tx.connection.execute(delete(former_slug).where(former_slug.c.slug.in_(known)))
    tx.connection.execute(
        insert(former_slug).from_select(("slug", "label_id"), select(label_book.c.slug, label_book.c.label_id).where(condition))
    )
