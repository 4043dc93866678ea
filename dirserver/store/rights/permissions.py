# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants as rows (table ``permission``, since ``grant`` is a reserved word)."""

from __future__ import annotations

import json

from sqlalchemy import delete, insert, select

from dirserver.errors import NotFound
from dirserver.model.book import Level
from dirserver.model.fold import fold
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.names import Slug
from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.tables import account, book, permission, team


def listed(tx: ReadTx) -> tuple[Grant, ...]:
    """Return all grants."""
    question = (
        select(
            book.c.slug,
            permission.c.subject_kind,
            account.c.login,
            team.c.name,
            permission.c.level,
            permission.c.reads,
            permission.c.writes,
        )
        .join(book, book.c.id == permission.c.book_id)
        .outerjoin(account, (permission.c.subject_kind == SubjectKind.ACCOUNT) & (account.c.id == permission.c.subject_id))
        .outerjoin(team, (permission.c.subject_kind == SubjectKind.GROUP) & (team.c.id == permission.c.subject_id))
        .order_by(permission.c.id)
    )
    return tuple(
        Grant(
            Slug(row.slug),
            Subject(SubjectKind(row.subject_kind), row.login or row.name or ""),
            Level(row.level),
            tuple(json.loads(row.reads)),
            tuple(json.loads(row.writes)),
        )
        for row in tx.connection.execute(question)
    )


def owners_of(tx: ReadTx, book_id: int) -> tuple[int, ...]:
    """Return the accounts that own a book: the one that it belongs to, and those that were granted as much."""
    granted = select(permission.c.subject_id).where(
        permission.c.book_id == book_id, permission.c.subject_kind == SubjectKind.ACCOUNT, permission.c.level == int(Level.OWN)
    )
    belongs = select(book.c.owner_id).where(book.c.id == book_id, book.c.owner_id.is_not(None))
    return tuple(dict.fromkeys((*tx.connection.execute(belongs).scalars(), *tx.connection.execute(granted).scalars())))


def put(tx: WriteTx, book_id: int, grant: Grant) -> None:
    """Give a grant in place of the one that the subject had on the book. Raises NotFound for an unknown account or group."""
    subject_id = subject_id_of(tx, grant.subject)
    _remove(tx, book_id, grant.subject, subject_id)
    tx.connection.execute(
        insert(permission).values(
            book_id=book_id,
            subject_kind=grant.subject.kind,
            subject_id=subject_id,
            level=int(grant.level),
            reads=json.dumps(grant.reads),
            writes=json.dumps(grant.writes),
        )
    )
    advance_access(tx)


def revoke(tx: WriteTx, book_id: int, subject: Subject) -> None:
    """Take back what the subject was granted on the book."""
    _remove(tx, book_id, subject, subject_id_of(tx, subject))
    advance_access(tx)


def _remove(tx: WriteTx, book_id: int, subject: Subject, subject_id: int) -> None:
    tx.connection.execute(
        delete(permission).where(
            permission.c.book_id == book_id, permission.c.subject_kind == subject.kind, permission.c.subject_id == subject_id
        )
    )


def target_of(tx: ReadTx, subject: Subject) -> str:
    """Return how the audit trail names a subject: accounts and groups by their UUIDs."""
    if subject.kind is SubjectKind.ACCOUNT:
        found = tx.connection.execute(select(account.c.uuid).where(account.c.login_key == fold(subject.name))).scalar_one_or_none()
    elif subject.kind is SubjectKind.GROUP:
        found = tx.connection.execute(select(team.c.uuid).where(team.c.name_key == fold(subject.name))).scalar_one_or_none()
    else:
        return str(subject.kind)
    return f"{subject.kind}:{found or ''}"


def subject_id_of(tx: ReadTx, subject: Subject) -> int:
    """Return the number of an account or a group, 0 for other subjects. Raises NotFound for an unknown one."""
    if subject.kind is SubjectKind.ACCOUNT:
        found = tx.connection.execute(select(account.c.id).where(account.c.login_key == fold(subject.name))).scalar_one_or_none()
    elif subject.kind is SubjectKind.GROUP:
        found = tx.connection.execute(select(team.c.id).where(team.c.name_key == fold(subject.name))).scalar_one_or_none()
    else:
        return 0
    if found is None:
        raise NotFound(f"there is no {subject.kind} '{subject.name}'")
    return int(found)
