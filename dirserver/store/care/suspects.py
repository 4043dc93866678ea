# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be there twice: pairs that were found, those that somebody keeps apart, and how far entries were looked through."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, func, insert, literal_column, or_, select

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.schema.care_tables import apart, care_mark, suspect
from dirserver.store.schema.tables import change, entry, value

_ACTIVE = entry.c.state == literal_column("'active'")
_PERSON = entry.c.kind != literal_column("'group'")


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a book was looked through: its change number then, its epoch, and the version of the rules."""

    number: int
    rules: int
    epoch: str


@dataclass(frozen=True, slots=True)
class Looked:
    """An entry that is looked at: what of its row the rules need."""

    id: int
    uuid: str
    card: str
    sort_key: str
    manager: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be the same, by their UUIDs; ``low`` has the smaller id. Words as in ``care.likeness``."""

    low: str
    high: str
    lane: str
    score: int
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPair:
    """A pair to be stored, by ids."""

    low_id: int
    high_id: int
    lane: str
    score: int
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


_CHANGED = Prepared(
    select(change.c.entry_id)
    .where(
        change.c.book_id == bindparam("book"),
        change.c.number > bindparam("since"),
        change.c.number <= bindparam("up_to"),
        change.c.entry_id > bindparam("behind"),
    )
    .distinct()
    .order_by(change.c.entry_id)
    .limit(bindparam("most")),
    "book",
    "since",
    "up_to",
    "behind",
    "most",
)
_ALL = Prepared(
    select(entry.c.id)
    # As below: by id, not by the index of names, which would be sorted anew for each few.
    .where(entry.c.book_id + literal_column("0") == bindparam("book"), entry.c.id > bindparam("behind"), _ACTIVE, _PERSON)
    .order_by(entry.c.id)
    .limit(bindparam("most")),
    "book",
    "behind",
    "most",
)
_LOOKED = Prepared(
    select(entry.c.id, entry.c.uuid, entry.c.card, entry.c.sort_key, entry.c.manager).where(among(entry.c.id, "ids"), _ACTIVE, _PERSON),
    "ids",
)
_UUIDS = Prepared(select(entry.c.uuid).where(among(entry.c.id, "ids")), "ids")


def _holding(attributes: Sequence[str], *, is_prefix: bool) -> Prepared:
    named = or_(*(value.c.attribute == literal_column(f"'{name}'") for name in attributes))
    held = value.c.norm == bindparam("norm")
    if is_prefix:
        held = and_(value.c.norm >= bindparam("norm"), value.c.norm < bindparam("end"))
    question = (
        select(value.c.entry_id, entry.c.sort_key)
        .select_from(value.join(entry, entry.c.id == value.c.entry_id))
        # The sum keeps planners from walking the whole book by its index: the key is what leads to few.
        .where(named, held, entry.c.book_id + literal_column("0") == bindparam("book"), _ACTIVE, _PERSON)
        .distinct()
        .limit(bindparam("most"))
    )
    return Prepared(question, "norm", *(("end",) if is_prefix else ()), "book", "most")


_BY_MAIL = _holding(("mail", "mozillasecondemail"), is_prefix=False)
_BY_MOBILE = _holding(("mobile;r",), is_prefix=True)
_BY_NAME = _holding(("cn",), is_prefix=False)
_BY_NUMBER = _holding(("employeenumber",), is_prefix=False)
_ADD = Prepared(insert(suspect), "low_id", "high_id", "book_id", "lane", "score", "agrees", "differs")
_DROP_LOW = Prepared(delete(suspect).where(suspect.c.low_id == bindparam("wanted")), "wanted")
_DROP_HIGH = Prepared(delete(suspect).where(suspect.c.high_id == bindparam("wanted")), "wanted")


def mark(tx: ReadTx, book_id: int) -> Mark | None:
    """Return how far a book was looked through, None if it never was."""
    row = tx.connection.execute(
        select(care_mark.c.number, care_mark.c.rules, care_mark.c.epoch).where(care_mark.c.book_id == book_id)
    ).first()
    return None if row is None else Mark(*row)


def set_mark(tx: WriteTx, book_id: int, new: Mark) -> None:
    """Say how far a book was looked through."""
    tx.connection.execute(delete(care_mark).where(care_mark.c.book_id == book_id))
    tx.connection.execute(insert(care_mark).values(book_id=book_id, number=new.number, rules=new.rules, epoch=new.epoch))


def changed(tx: ReadTx, book_id: int, since: int, up_to: int, behind: int, most: int) -> tuple[int, ...]:
    """Return ids of entries that changed after one number and not after another, those above an id, in order."""
    return tuple(number for (number,) in _CHANGED.all(tx, book_id, since, up_to, behind, most))


def all_ids(tx: ReadTx, book_id: int, behind: int, most: int) -> tuple[int, ...]:
    """Return ids of a book's active entries, groups apart, above an id and in order."""
    return tuple(number for (number,) in _ALL.all(tx, book_id, behind, most))


def count_changed(tx: ReadTx, book_id: int, since: int) -> int:
    """Count the entries of a book that changed after a number."""
    question = select(func.count(func.distinct(change.c.entry_id))).where(change.c.book_id == book_id, change.c.number > since)
    return tx.connection.execute(question).scalar_one()


def count_active(tx: ReadTx, book_id: int) -> int:
    """Count a book's active entries, groups apart."""
    return tx.connection.execute(select(func.count()).select_from(entry).where(entry.c.book_id == book_id, _ACTIVE, _PERSON)).scalar_one()


def looked(tx: ReadTx, ids: Collection[int]) -> tuple[Looked, ...]:
    """Return those of these entries that are active and no groups."""
    return tuple(Looked(*row) for row in _LOOKED.all(tx, sorted(ids)))


def uuids_of(tx: ReadTx, ids: Sequence[int]) -> tuple[str, ...]:
    """Return the UUIDs of entries in whatever state."""
    return tuple(uuid for (uuid,) in _UUIDS.all(tx, ids))


def holding_mail(tx: ReadTx, book_id: int, norm: str, most: int) -> list[tuple[int, str]]:
    """Return id and sorting name of a book's entries with a mail address; at most ``most``."""
    return _BY_MAIL.all(tx, norm, book_id, most)


def holding_mobile(tx: ReadTx, book_id: int, key: str, most: int) -> list[tuple[int, str]]:
    """Return id and sorting name of a book's entries with a mobile that ends with ``key`` (``card.normal.phone_key``)."""
    reversed_key = key[::-1]
    return _BY_MOBILE.all(tx, reversed_key, f"{reversed_key}:", book_id, most)


def holding_name(tx: ReadTx, book_id: int, norm: str, most: int) -> list[tuple[int, str]]:
    """Return id and sorting name of a book's entries that are called so."""
    return _BY_NAME.all(tx, norm, book_id, most)


def holding_number(tx: ReadTx, book_id: int, norm: str, most: int) -> list[tuple[int, str]]:
    """Return id and sorting name of a book's entries with an employee number."""
    return _BY_NUMBER.all(tx, norm, book_id, most)


def replace(tx: WriteTx, book_id: int, ids: Collection[int], pairs: Collection[NewPair]) -> None:
    """Let these be all pairs that any of ``ids`` is in."""
    for statement in (_DROP_LOW, _DROP_HIGH):
        statement.run_many(tx, [(number,) for number in sorted(ids)])
    rows = {(one.low_id, one.high_id): one for one in pairs}
    for low, high in rows:
        tx.connection.execute(delete(suspect).where(suspect.c.low_id == low, suspect.c.high_id == high))
    if rows:
        said = [(one.lane, one.score, " ".join(one.agrees), " ".join(one.differs)) for one in rows.values()]
        _ADD.run_many(tx, [(low, high, book_id, *words) for (low, high), words in zip(rows, said, strict=True)])


def forget(tx: WriteTx, book_id: int) -> None:
    """Forget all pairs of a book."""
    tx.connection.execute(delete(suspect).where(suspect.c.book_id == book_id))


_low, _high = entry.alias("low"), entry.alias("high")
_SHOWN = (
    select(_low.c.uuid, _high.c.uuid, suspect.c.lane, suspect.c.score, suspect.c.agrees, suspect.c.differs)
    .select_from(
        suspect.join(_low, _low.c.id == suspect.c.low_id)
        .join(_high, _high.c.id == suspect.c.high_id)
        .outerjoin(
            apart,
            or_(
                (apart.c.low_uuid == _low.c.uuid) & (apart.c.high_uuid == _high.c.uuid),
                (apart.c.low_uuid == _high.c.uuid) & (apart.c.high_uuid == _low.c.uuid),
            ),
        )
    )
    .where(apart.c.low_uuid.is_(None), _low.c.state == "active", _high.c.state == "active")
)


def listed(tx: ReadTx, book_id: int, lanes: Sequence[str], limit: int, offset: int) -> tuple[Pair, ...]:
    """Return pairs of a book that nobody keeps apart, those that are most alike first."""
    question = _SHOWN.where(suspect.c.book_id == book_id, suspect.c.lane.in_(lanes))
    question = question.order_by(suspect.c.score.desc(), suspect.c.low_id, suspect.c.high_id).limit(limit).offset(offset)
    return tuple(_pair(row) for row in tx.connection.execute(question))


def counts(tx: ReadTx, book_id: int) -> dict[str, int]:
    """Count the pairs of a book that nobody keeps apart, by lane."""
    inner = _SHOWN.where(suspect.c.book_id == book_id).subquery()
    rows = tx.connection.execute(select(inner.c.lane, func.count()).group_by(inner.c.lane))
    return {str(row[0]): int(row[1]) for row in rows}


def between(tx: ReadTx, one: str, other: str) -> Pair | None:
    """Return the pair of two entries, by their UUIDs, if it was found."""
    both = (_low.c.uuid.in_((one, other))) & (_high.c.uuid.in_((one, other)))
    row = tx.connection.execute(_SHOWN.where(both)).first()
    return None if row is None else _pair(row)


def keep_apart(tx: WriteTx, one: str, other: str, said_by: str, at_us: int) -> None:
    """Remember that two entries are not the same."""
    low, high = sorted((one, other))
    tx.connection.execute(delete(apart).where(apart.c.low_uuid == low, apart.c.high_uuid == high))
    tx.connection.execute(insert(apart).values(low_uuid=low, high_uuid=high, said_by=said_by, said_us=at_us))


def forget_apart(tx: WriteTx, one: str, other: str) -> bool:
    """Take back that two entries are not the same; tell whether anybody had said so."""
    low, high = sorted((one, other))
    return bool(tx.connection.execute(delete(apart).where(apart.c.low_uuid == low, apart.c.high_uuid == high)).rowcount)


def _pair(row: Sequence[object]) -> Pair:
    low, high, lane, score, agrees, differs = row
    return Pair(str(low), str(high), str(lane), int(str(score)), tuple(str(agrees).split()), tuple(str(differs).split()))
