# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was asked whether an entry is still correct (table ``asked``), and who is due to be.

A row counts while nobody has confirmed its entry since; when somebody has, it is as if there were none.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from dirserver.store.care.findings import last_confirmed
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.care_tables import asked, trash_told
from dirserver.store.schema.tables import book, entry

_ACTIVE = entry.c.state == literal_column("'active'")
_PERSON = entry.c.kind != literal_column("'group'")
_LISTED = book.c.kind != literal_column("'personal'")
_COUNTS = and_(asked.c.entry_id == entry.c.id, asked.c.asked_us >= last_confirmed())
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Border:
    """Where the line is: confirmed before ``stale_us``, last asked at ``again_us`` or before, fewer than ``most`` letters."""

    stale_us: int
    again_us: int
    most: int


@dataclass(frozen=True, slots=True)
class Due:
    """An entry about which somebody is to be asked; ``times`` letters were written already."""

    entry_id: int
    uuid: str
    modified_by: str
    created_by: str
    confirmed_us: int
    times: int
    told_us: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """How asking about an entry stands: whom (None: nobody can be), how often, when last."""

    account_id: int | None
    times: int
    asked_us: int


@dataclass(frozen=True, slots=True)
class Linked:
    """An entry that a link is about; ``is_open``: nobody has confirmed it since the letter."""

    uuid: str
    book_id: int
    account_id: int
    expires_us: int
    is_open: bool


def _is_due(border: Border) -> ColumnElement[bool]:
    # Of whom nobody could be found, somebody may be by now.
    again = and_(asked.c.times < border.most, asked.c.asked_us <= border.again_us)
    return and_(_ACTIVE, _PERSON, last_confirmed() < border.stale_us, or_(asked.c.entry_id.is_(None), again))


_DUE = (
    entry.c.id,
    entry.c.uuid,
    entry.c.modified_by,
    entry.c.created_by,
    last_confirmed(),
    func.coalesce(asked.c.times, 0),
    asked.c.told_us,
)


def due(tx: ReadTx, border: Border, at_once: int = _CHUNK) -> Generator[tuple[Due, ...], None, None]:
    """Stream the entries of listed books about which somebody is to be asked, longest unconfirmed first, some at once.

    The books are gone through once, whatever is taken of it: there is no index on the age of an entry. Ids alone are put in order,
    so that the database holds some octets an entry meanwhile; what else is told is looked up by them.
    """
    question = (
        select(entry.c.id)
        .join(book, book.c.id == entry.c.book_id)
        .outerjoin(asked, _COUNTS)
        .where(_LISTED, _is_due(border))
        .order_by(last_confirmed(), entry.c.id)
    )
    with tx.connection.execute(question, execution_options={"yield_per": at_once}) as rows:
        for ids in rows.scalars().partitions():
            yield still_due(tx, border, ids)


def still_due(tx: ReadTx, border: Border, ids: Collection[int]) -> tuple[Due, ...]:
    """Return which of these are still due, as this transaction sees it, longest unconfirmed first."""
    question = select(*_DUE).outerjoin(asked, _COUNTS).where(entry.c.id.in_(ids), _is_due(border)).order_by(last_confirmed(), entry.c.id)
    return tuple(Due(*row) for row in tx.connection.execute(question))


def last_letter(tx: ReadTx, account_id: int) -> int | None:
    """Return when an account was last asked about anything."""
    found = tx.connection.execute(select(func.max(asked.c.asked_us)).where(asked.c.account_id == account_id)).scalar_one()
    return None if found is None else int(found)


def note(tx: WriteTx, asked_about: Sequence[Due], account_id: int | None, digest: str, at_us: int, expires_us: int) -> None:
    """Write down that an account was asked about these, by a letter with that link; or that there is nobody to ask."""
    for start in range(0, len(asked_about), _CHUNK):
        chunk = asked_about[start : start + _CHUNK]
        tx.connection.execute(delete(asked).where(asked.c.entry_id.in_([one.entry_id for one in chunk])))
        tx.connection.execute(
            insert(asked),
            [
                {
                    "entry_id": one.entry_id,
                    "account_id": account_id,
                    "digest": digest,
                    "asked_us": at_us,
                    "expires_us": expires_us,
                    "times": one.times + (account_id is not None),
                    "told_us": one.told_us,
                }
                for one in chunk
            ],
        )


def escalate(tx: WriteTx, border: Border, at_us: int) -> dict[int, int]:
    """Take it that stewards are told of what nobody answers, or can be asked about; count it by book. Once for each entry."""
    unanswered = and_(asked.c.times >= border.most, asked.c.asked_us <= border.again_us)
    waiting = and_(asked.c.told_us.is_(None), or_(asked.c.account_id.is_(None), unanswered))
    books = (
        select(entry.c.book_id)
        .distinct()
        .join(asked, _COUNTS)
        .where(_ACTIVE, last_confirmed() < border.stale_us, waiting)
        .order_by(entry.c.book_id)
    )
    counts = {}
    for book_id in tuple(tx.connection.execute(books).scalars()):
        about = select(entry.c.id).where(_COUNTS, _ACTIVE, entry.c.book_id == book_id, last_confirmed() < border.stale_us)
        done = tx.connection.execute(update(asked).where(waiting, asked.c.entry_id.in_(about.correlate(None))).values(told_us=at_us))
        if done.rowcount:
            counts[int(book_id)] = int(done.rowcount)
    return counts


def states(tx: ReadTx, uuids: Collection[str]) -> Mapping[str, Asked]:
    """Return how asking stands, for those of these entries about which it was tried."""
    question = select(entry.c.uuid, asked.c.account_id, asked.c.times, asked.c.asked_us).join(asked, _COUNTS)
    return {row[0]: Asked(*row[1:]) for row in tx.connection.execute(question.where(entry.c.uuid.in_(uuids)))}


def of_link(tx: ReadTx, digest: str, now_us: int) -> tuple[Linked, ...]:
    """Return the active entries that a link is about; none where it is used up, too old, or none of ours."""
    is_open = asked.c.asked_us >= last_confirmed()
    question = (
        select(entry.c.uuid, entry.c.book_id, asked.c.account_id, asked.c.expires_us, is_open)
        .join(entry, entry.c.id == asked.c.entry_id)
        .where(asked.c.digest == digest, asked.c.digest != "", asked.c.account_id.is_not(None), asked.c.expires_us > now_us, _ACTIVE)
        .order_by(entry.c.book_id, entry.c.sort_key, entry.c.id)
    )
    return tuple(Linked(row[0], int(row[1]), int(row[2]), int(row[3]), bool(row[4])) for row in tx.connection.execute(question))


def use(tx: WriteTx, digest: str) -> bool:
    """Use a link up; False if somebody else just did."""
    return tx.connection.execute(update(asked).where(asked.c.digest == digest, asked.c.digest != "").values(digest="")).rowcount > 0


def void(tx: WriteTx, account_id: int) -> None:
    """Let the links of an account's letters not hold any more; that it was asked stays."""
    tx.connection.execute(update(asked).where(asked.c.account_id == account_id).values(digest=""))


def trash_last_told(tx: ReadTx) -> dict[int, int]:
    """Return when the stewards of each book were last told what lies in its trash."""
    return {int(row[0]): int(row[1]) for row in tx.connection.execute(select(trash_told.c.book_id, trash_told.c.told_us))}


def tell_trash(tx: WriteTx, book_id: int, at_us: int, told_us: int | None) -> bool:
    """Take it that they are told now; ``told_us`` is when they last were. False if another node just did."""
    mine = trash_told.c.book_id == book_id
    if told_us is not None:
        return tx.connection.execute(update(trash_told).where(mine, trash_told.c.told_us == told_us).values(told_us=at_us)).rowcount == 1
    if tx.connection.execute(select(trash_told.c.told_us).where(mine)).first() is not None:
        return False
    tx.connection.execute(insert(trash_told).values(book_id=book_id, told_us=at_us))
    return True
