# SPDX-License-Identifier: GPL-3.0-or-later
"""What accounts are told of, as rows. Those that nobody has read yet join those of the same kind about the same thing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, insert, select, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared
from dirserver.store.schema.self_service_tables import notice
from dirserver.store.schema.tables import account

MOST_NAMES = 5
"""So many of those that a notice is about are named; the others are counted."""
_MOST = 200
_KEPT_US = 180 * 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice. ``about`` is ``kind:name``, ``names`` are of people and contacts, ``remark`` is what somebody wrote."""

    id: int
    account_id: int
    kind: str
    about: str
    actor: str
    names: tuple[str, ...]
    count: int
    remark: str
    at_us: int
    seen_us: int | None = None


_COLUMNS = (
    notice.c.id,
    notice.c.account_id,
    notice.c.kind,
    notice.c.about,
    notice.c.actor,
    notice.c.names,
    notice.c.count,
    notice.c.remark,
    notice.c.at_us,
    notice.c.seen_us,
)
# Asked with every page.
_UNSEEN = Prepared(select(func.count()).where(notice.c.account_id == bindparam("account"), notice.c.seen_us.is_(None)), "account")


def tell(tx: WriteTx, row: NoticeRow) -> None:
    """Let an account know of something (``id`` is not looked at)."""
    same = select(notice.c.id, notice.c.names, notice.c.count).where(
        notice.c.account_id == row.account_id,
        notice.c.kind == row.kind,
        notice.c.about == row.about,
        notice.c.actor == row.actor,
        notice.c.seen_us.is_(None),
    )
    known = tx.connection.execute(same.limit(1)).one_or_none()
    if known is None:
        tx.connection.execute(
            insert(notice).values(
                account_id=row.account_id,
                kind=row.kind,
                about=row.about,
                actor=row.actor,
                names=_packed(row.names),
                count=row.count,
                remark=row.remark,
                at_us=row.at_us,
            )
        )
        return
    names = _packed((*json.loads(known[1]), *row.names))
    joined = update(notice).where(notice.c.id == known[0])
    tx.connection.execute(joined.values(names=names, count=int(known[2]) + row.count, remark=row.remark, at_us=row.at_us))


def unseen(tx: ReadTx, account_id: int) -> int:
    """Count what an account has not read."""
    ((count,),) = _UNSEEN.all(tx, account_id)
    return int(count)


def listed(tx: ReadTx, account_id: int) -> tuple[NoticeRow, ...]:
    """Return what an account was told, newest first."""
    question = select(*_COLUMNS).where(notice.c.account_id == account_id).order_by(notice.c.at_us.desc(), notice.c.id.desc()).limit(_MOST)
    return tuple(
        NoticeRow(number, account, kind, about, actor, tuple(json.loads(names)), count, remark, at_us, seen_us)
        for number, account, kind, about, actor, names, count, remark, at_us, seen_us in tx.connection.execute(question)
    )


def see(tx: WriteTx, account_id: int, at_us: int, last_id: int) -> None:
    """Write down that an account has read what it was told, up to one notice. What was read half a year ago is forgotten."""
    tx.connection.execute(delete(notice).where(notice.c.account_id == account_id, notice.c.seen_us < at_us - _KEPT_US))
    seen = update(notice).where(notice.c.account_id == account_id, notice.c.seen_us.is_(None), notice.c.id <= last_id)
    tx.connection.execute(seen.values(seen_us=at_us))


def forget(tx: WriteTx, kinds: Sequence[str], about: str) -> None:
    """Take back what need not be read any more."""
    tx.connection.execute(delete(notice).where(notice.c.kind.in_(kinds), notice.c.about == about, notice.c.seen_us.is_(None)))


def administrators(tx: ReadTx) -> tuple[int, ...]:
    """Return the accounts of administrators: they are told where nobody else is there to be told."""
    return tuple(
        tx.connection.execute(select(account.c.id).where(account.c.is_admin, account.c.is_active).order_by(account.c.id)).scalars()
    )


def _packed(names: Sequence[str]) -> str:
    return json.dumps(names[:MOST_NAMES], ensure_ascii=False)
