# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that say which fields wait for whose consent. Groups and accounts are named by their UUIDs, which go to nobody else."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from dirserver.errors import NotFound
from dirserver.model.approval import Approval, Approver, ApproverKind
from dirserver.model.fold import fold
from dirserver.model.names import Slug
from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.self_service_tables import approval
from dirserver.store.schema.tables import account, book, team


def listed(tx: ReadTx) -> tuple[Approval, ...]:
    """Return all that was said, by book and field. Where the group or account is gone, stewards are left to consent."""
    question = (
        select(book.c.slug, approval.c.field, approval.c.approver_kind, account.c.login, team.c.name)
        .join(book, book.c.id == approval.c.book_id)
        .outerjoin(account, (approval.c.approver_kind == ApproverKind.ACCOUNT) & (account.c.uuid == approval.c.approver_uuid))
        .outerjoin(team, (approval.c.approver_kind == ApproverKind.GROUP) & (team.c.uuid == approval.c.approver_uuid))
        .order_by(book.c.slug, approval.c.field)
    )
    return tuple(
        Approval(Slug(row.slug), row.field, _approver(ApproverKind(row.approver_kind), row.login or row.name or ""))
        for row in tx.connection.execute(question)
    )


def put(tx: WriteTx, book_id: int, field: str, approver: Approver) -> None:
    """Let changes of a field wait for somebody, in place of who it was before. NotFound for an unknown group or account."""
    uuid = _uuid_of(tx, approver)
    _remove(tx, book_id, field)
    tx.connection.execute(insert(approval).values(book_id=book_id, field=field, approver_kind=approver.kind, approver_uuid=uuid))
    advance_access(tx)


def drop(tx: WriteTx, book_id: int, field: str) -> bool:
    """Let changes of a field wait for nobody; False if they didn't."""
    is_gone = _remove(tx, book_id, field)
    advance_access(tx)
    return is_gone


def _remove(tx: WriteTx, book_id: int, field: str) -> bool:
    gone = tx.connection.execute(delete(approval).where(approval.c.book_id == book_id, approval.c.field == field))
    return bool(gone.rowcount)


def _approver(kind: ApproverKind, name: str) -> Approver:
    is_gone = kind in {ApproverKind.GROUP, ApproverKind.ACCOUNT} and not name
    return Approver(ApproverKind.STEWARDS) if is_gone else Approver(kind, name)


def _uuid_of(tx: ReadTx, approver: Approver) -> str:
    if approver.kind is ApproverKind.ACCOUNT:
        found = tx.connection.execute(select(account.c.uuid).where(account.c.login_key == fold(approver.name))).scalar_one_or_none()
    elif approver.kind is ApproverKind.GROUP:
        found = tx.connection.execute(select(team.c.uuid).where(team.c.name_key == fold(approver.name))).scalar_one_or_none()
    else:
        return ""
    if found is None:
        raise NotFound(f"there is no {approver.kind} '{approver.name}'")
    return str(found)
