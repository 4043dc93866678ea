# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants on labels as rows (table ``label_grant``), and which of the granted labels entries carry."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, insert, select

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject, SubjectKind
from dirserver.model.names import Slug
from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.engine.texts import storable
from dirserver.store.rights.permissions import subject_id_of
from dirserver.store.schema.label_tables import label_grant
from dirserver.store.schema.tables import account, book, entry, label_book, labelled, team


@dataclass(frozen=True, slots=True)
class LabelGrant:
    """A grant on a label: the id of the label's group, and what the label is called as a book of its own."""

    label_id: int
    slug: Slug
    grant: Grant


_CARRIED = Prepared(
    select(entry.c.uuid, labelled.c.label_id)
    .join(entry, entry.c.id == labelled.c.entry_id)
    .where(among(entry.c.uuid, "uuids"), among(labelled.c.label_id, "labels"), labelled.c.is_member.is_(True)),
    "uuids",
    "labels",
)


def listed(tx: ReadTx) -> tuple[LabelGrant, ...]:
    """Return all of them, those on labels in the trash too."""
    called = select(label_book.c.label_id, func.min(label_book.c.slug).label("slug")).group_by(label_book.c.label_id).subquery("called")
    question = (
        select(
            label_grant.c.label_id,
            called.c.slug.label("label_slug"),
            book.c.slug,
            entry.c.display,
            label_grant.c.subject_kind,
            account.c.login,
            team.c.name,
            label_grant.c.level,
            label_grant.c.reads,
            label_grant.c.writes,
        )
        .join(entry, entry.c.id == label_grant.c.label_id)
        .join(book, book.c.id == entry.c.book_id)
        .join(called, called.c.label_id == label_grant.c.label_id)
        .outerjoin(account, (label_grant.c.subject_kind == SubjectKind.ACCOUNT) & (account.c.id == label_grant.c.subject_id))
        .outerjoin(team, (label_grant.c.subject_kind == SubjectKind.GROUP) & (team.c.id == label_grant.c.subject_id))
        .order_by(label_grant.c.id)
    )
    return tuple(
        LabelGrant(
            row.label_id,
            Slug(row.label_slug),
            Grant(
                Slug(row.slug),
                Subject(SubjectKind(row.subject_kind), row.login or row.name or ""),
                Level(row.level),
                tuple(json.loads(row.reads)),
                tuple(json.loads(row.writes)),
                row.display,
            ),
        )
        for row in tx.connection.execute(question)
    )


def carried(tx: ReadTx, label_ids: Collection[int], uuids: Sequence[str]) -> dict[str, frozenset[int]]:
    """Return which of these labels entries (by UUID) carry; those that carry none are left out."""
    uuids = storable(uuids)
    if not uuids or not label_ids:
        return {}
    found: defaultdict[str, set[int]] = defaultdict(set)
    for uuid, label_id in _CARRIED.all(tx, uuids, sorted(label_ids)):
        found[uuid].add(label_id)
    return {uuid: frozenset(labels) for uuid, labels in found.items()}


def is_any_on(tx: ReadTx, label_id: int) -> bool:
    """Tell whether a label is granted to somebody."""
    question = select(label_grant.c.id).where(label_grant.c.label_id == label_id).limit(1)
    return tx.connection.execute(question).first() is not None


def put(tx: WriteTx, label_id: int, grant: Grant) -> None:
    """Give a grant in place of the one that the subject had on the label. Raises NotFound for an unknown account or group."""
    tx.connection.execute(delete(label_grant).where(_is_of(tx, label_id, grant.subject)))
    tx.connection.execute(
        insert(label_grant).values(
            label_id=label_id,
            subject_kind=grant.subject.kind,
            subject_id=subject_id_of(tx, grant.subject),
            level=int(grant.level),
            reads=json.dumps(grant.reads),
            writes=json.dumps(grant.writes),
        )
    )
    advance_access(tx)


def revoke(tx: WriteTx, label_id: int, subject: Subject) -> None:
    """Take back what the subject was granted on the label."""
    tx.connection.execute(delete(label_grant).where(_is_of(tx, label_id, subject)))
    advance_access(tx)


def _is_of(tx: ReadTx, label_id: int, subject: Subject) -> ColumnElement[bool]:
    kind, number = label_grant.c.subject_kind == subject.kind, label_grant.c.subject_id == subject_id_of(tx, subject)
    return and_(label_grant.c.label_id == label_id, kind, number)
