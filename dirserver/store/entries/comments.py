# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on entries, as rows."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.self_service_tables import comment
from dirserver.store.schema.tables import account


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment; ``login`` is its author's, "" where the account is gone."""

    id: int
    entry_uuid: str
    account_id: int
    is_private: bool
    text: str
    made_us: int
    changed_us: int
    login: str = ""


_NAMES = tuple(each.name for each in fields(CommentRow) if each.name != "login")
_COLUMNS = tuple(comment.c[name] for name in _NAMES)


def add(tx: WriteTx, row: CommentRow) -> int:
    """Store a comment (its id is not looked at) and return its id."""
    values = {name: getattr(row, name) for name in _NAMES if name != "id"}
    return int(tx.connection.execute(insert(comment).values(values).returning(comment.c.id)).scalar_one())


def on(tx: ReadTx, entry_uuid: str, account_id: int, *, with_shared: bool) -> tuple[CommentRow, ...]:
    """Return what an account noted about an entry, and what is shared if wanted, oldest first."""
    return _found(tx, _shown(entry_uuid, account_id, with_shared=with_shared))


def count(tx: ReadTx, entry_uuid: str, account_id: int, *, with_shared: bool) -> int:
    """Count what ``on`` returns."""
    condition = _shown(entry_uuid, account_id, with_shared=with_shared)
    return int(tx.connection.execute(select(func.count()).select_from(comment).where(condition)).scalar_one())


def by_author(tx: ReadTx, account_id: int) -> tuple[CommentRow, ...]:
    """Return all that an account noted, oldest first."""
    return _found(tx, comment.c.account_id == account_id)


def change(tx: WriteTx, number: int, account_id: int, text: str, at_us: int) -> bool:
    """Write a comment of an account's anew; False if it has none of that number."""
    own = and_(comment.c.id == number, comment.c.account_id == account_id)
    return bool(tx.connection.execute(update(comment).where(own).values(text=text, changed_us=at_us)).rowcount)


def drop(tx: WriteTx, number: int, account_id: int) -> bool:
    """Remove a comment of an account's; False if it has none of that number."""
    return bool(tx.connection.execute(delete(comment).where(comment.c.id == number, comment.c.account_id == account_id)).rowcount)


def _shown(entry_uuid: str, account_id: int, *, with_shared: bool) -> ColumnElement[bool]:
    own: ColumnElement[bool] = comment.c.account_id == account_id
    return and_(comment.c.entry_uuid == entry_uuid, or_(own, comment.c.is_private.is_(False)) if with_shared else own)


def _found(tx: ReadTx, condition: ColumnElement[bool]) -> tuple[CommentRow, ...]:
    question = select(*_COLUMNS, account.c.login).outerjoin(account, account.c.id == comment.c.account_id).where(condition)
    rows = tx.connection.execute(question.order_by(comment.c.id))
    return tuple(CommentRow(row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6], row[7] or "") for row in rows)
