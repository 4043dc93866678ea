# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries: the current state of each contact, and its earlier states."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, func, insert, literal_column, or_, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from dirserver.model.entry import State
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.engine.texts import is_storable, storable
from dirserver.store.schema.tables import entry, history, labelled

_CHUNK = 500
_STREAM = 1000


class EntryRow(NamedTuple):
    """One row of ``entry`` without its id. ``card`` is packed; ``manager`` the uuid of the manager's entry; times in microseconds.

    ``key_es`` and so on: its key in the order of that name (``model.alphabet``), where it isn't ``sort_key``.
    """

    uuid: str
    book_id: int
    href: str
    uid: str
    name: str
    name_key: str
    kind: str
    state: str
    revision: int
    what: str
    digest: str
    card: str
    display: str
    sort_key: str
    manager: str | None
    number: int
    created_us: int
    created_by: str
    modified_us: int
    modified_by: str
    modified_door: str
    confirmed_us: int | None
    batch: str | None
    key_es: str | None = None
    key_pl: str | None = None
    key_eo: str | None = None


class Stored(NamedTuple):
    """An entry as it lies in the database."""

    id: int
    row: EntryRow


@dataclass(frozen=True, slots=True)
class ListedRow:
    """What a listing needs of an entry."""

    id: int
    uuid: str
    href: str
    digest: str
    manager: str | None
    modified_us: int


@dataclass(frozen=True, slots=True)
class PastRow:
    """An earlier revision of an entry."""

    revision: int
    what: str
    state: str
    href: str
    name: str
    card: str
    modified_us: int
    modified_by: str
    modified_door: str
    batch: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Which entries of a book somebody can see at all: every one, or only their own and those that they manage.

    ``person`` is the uuid of the asker's own entry.
    """

    is_whole: bool
    person: str | None = None
    with_own: bool = False
    with_managed: bool = False
    with_groups: bool = True
    label: int | None = None
    """The group whose members alone are meant."""


# Written out, not as parameters: the planners must see that these are the conditions of the partial indexes.
_TRASHED = entry.c.state == literal_column("'trashed'")
HELD = entry.c.state != literal_column("'trashed'")
NO_GROUP = entry.c.kind != literal_column("'group'")
_NAMES = EntryRow._fields
_COLUMNS = (entry.c.id, *(entry.c[name] for name in _NAMES))
_LISTED = (entry.c.id, entry.c.uuid, entry.c.href, entry.c.digest, entry.c.manager, entry.c.modified_us)
_PAST = tuple(history.c[field.name] for field in fields(PastRow))
_COPIED = ("entry_id", *(column.name for column in _PAST))
_REMEMBER = Prepared(insert(history), *_COPIED)
_remembered = attrgetter(*_COPIED[1:])
_HELD_BY_HREF = Prepared(
    select(*_COLUMNS).where(entry.c.book_id == bindparam("book"), entry.c.href == bindparam("name"), HELD), "book", "name"
)
_HELD_BY = {
    name: Prepared(select(*_COLUMNS).where(entry.c.book_id == bindparam("book"), HELD, among(entry.c[name], "keys")), "book", "keys")
    for name in ("href", "uid", "name_key", "uuid")
}
_ACTIVE_BY_UUID = Prepared(select(*_COLUMNS).where(among(entry.c.uuid, "uuids"), entry.c.state == literal_column("'active'")), "uuids")
_ADD_ONE = Prepared(insert(entry).returning(entry.c.id), *_NAMES)
_TAKEN = Prepared(select(entry.c.uuid).where(among(entry.c.uuid, "uuids")), "uuids")
_TRASHED_BY_UID = Prepared(
    select(*_COLUMNS).where(entry.c.book_id == bindparam("book"), _TRASHED, among(entry.c.uid, "uids")), "book", "uids"
)


def _stored(row: Sequence[object]) -> Stored:
    return Stored(row[0], EntryRow._make(row[1:]))  # type: ignore[arg-type]


def columns() -> Select[tuple[object, ...]]:
    """Return the start of a question for whole entries; rows of it go through ``stored_of``."""
    return select(*_COLUMNS)


def listed_columns() -> Select[tuple[object, ...]]:
    """Return the start of a question for what listings need; rows of it are ``ListedRow``."""
    return select(*_LISTED)


def stored_of(rows: Iterable[Sequence[object]]) -> tuple[Stored, ...]:
    """Turn rows of ``columns()`` into values."""
    return tuple(_stored(row) for row in rows)


def carries(label_id: int) -> ColumnElement[bool]:
    """Return the condition that an entry is in a group of its book."""
    return entry.c.id.in_(select(labelled.c.entry_id).where(labelled.c.label_id == label_id, labelled.c.is_member.is_(True)))


def reached(reach: Reach) -> ColumnElement[bool] | None:
    """Return the condition that holds on the entries in reach; None for all."""
    if reach.label is not None:
        within = reached(replace(reach, label=None))
        return carries(reach.label) if within is None else and_(within, carries(reach.label))
    if not reach.with_groups:
        within = reached(replace(reach, with_groups=True))
        return NO_GROUP if within is None else and_(within, NO_GROUP)
    if reach.is_whole:
        return None
    parts = []
    if reach.person is not None and reach.with_own:
        parts.append(entry.c.uuid == reach.person)
    if reach.person is not None and reach.with_managed:
        parts.append(entry.c.manager == reach.person)
    return or_(*parts) if parts else entry.c.id < 0


def _visible(book_id: int, reach: Reach) -> ColumnElement[bool]:
    condition = and_(entry.c.book_id == book_id, entry.c.state == State.ACTIVE)
    within = reached(reach)
    return condition if within is None else and_(condition, within)


def _one(tx: ReadTx, *conditions: ColumnElement[bool]) -> Stored | None:
    # Names that the trash gave free may stand on two entries: the one that is held comes first, by the index of held names.
    for state in (HELD, _TRASHED):
        question = select(*_COLUMNS).where(*conditions, state).order_by(entry.c.id.desc()).limit(1)
        row = tx.connection.execute(question).one_or_none()
        if row is not None:
            return _stored(row)
    return None


def by_uuid(tx: ReadTx, uuid: str) -> Stored | None:
    """Return the entry in whatever state, or None."""
    return _one(tx, entry.c.uuid == uuid) if is_storable(uuid) else None


def by_href(tx: ReadTx, book_id: int, href: str) -> Stored | None:
    """Return the entry of that href, a held one before a trashed one, or None."""
    return _one(tx, entry.c.book_id == book_id, entry.c.href == href) if is_storable(href) else None


def held(tx: ReadTx, book_id: int, href: str) -> Stored | None:
    """Return the entry of that href unless it lies in the trash, or None."""
    if not is_storable(href):
        return None
    row = _HELD_BY_HREF.one(tx, book_id, href)
    return None if row is None else _stored(row)


def by_uid(tx: ReadTx, book_id: int, uid: str) -> Stored | None:
    """Return the entry whose card has that UID, a held one before a trashed one, or None."""
    return _one(tx, entry.c.book_id == book_id, entry.c.uid == uid) if is_storable(uid) else None


def by_name(tx: ReadTx, book_id: int, name_key: str) -> Stored | None:
    """Return the entry of that (folded) name, a held one before a trashed one, or None."""
    return _one(tx, entry.c.book_id == book_id, entry.c.name_key == name_key)


def many(tx: ReadTx, column: str, book_id: int, keys: Sequence[str]) -> tuple[Stored, ...]:
    """Return the held entries of a book whose ``column`` (href, uid, name_key or uuid) is among ``keys``."""
    keys = storable(keys)
    return tuple(_stored(row) for row in _HELD_BY[column].all(tx, book_id, keys)) if keys else ()


def trashed(tx: ReadTx, book_id: int, uids: Sequence[str]) -> tuple[Stored, ...]:
    """Return the trashed entries of a book with one of these UIDs."""
    return tuple(_stored(row) for row in _TRASHED_BY_UID.all(tx, book_id, uids))


def taken_uuids(tx: ReadTx, uuids: Sequence[str]) -> frozenset[str]:
    """Return those of ``uuids`` that stand on an entry of any book, in any state."""
    return frozenset(uuid for (uuid,) in _TAKEN.all(tx, uuids))


def count(tx: ReadTx, book_id: int, reach: Reach) -> int:
    """Count the active entries in reach."""
    if reach.is_whole and reach.label is None:
        # Read from indexes alone: what is no group is everything but the groups.
        (every,) = _COUNT.one(tx, book_id) or (0,)
        (groups,) = (0,) if reach.with_groups else _COUNT_GROUPS.one(tx, book_id) or (0,)
        return int(every - groups)
    return tx.connection.execute(select(func.count()).select_from(entry).where(_visible(book_id, reach))).scalar_one()


_ACTIVE = entry.c.state == literal_column("'active'")
_COUNT = Prepared(select(func.count()).select_from(entry).where(entry.c.book_id == bindparam("book"), _ACTIVE), "book")
_COUNT_GROUPS = Prepared(
    # What is made of the state keeps SQLite from the index of all active entries: there is one of groups alone.
    select(func.count())
    .select_from(entry)
    .where(
        entry.c.book_id == bindparam("book"),
        entry.c.kind == literal_column("'group'"),
        func.coalesce(entry.c.state, literal_column("''")) == literal_column("'active'"),
    ),
    "book",
)


def listing(tx: ReadTx, book_id: int, reach: Reach) -> Iterator[ListedRow]:
    """Stream the active entries in reach, by href."""
    question = select(*_LISTED).where(_visible(book_id, reach)).order_by(entry.c.href)
    for row in tx.connection.execute(question, execution_options={"yield_per": _STREAM}):
        yield ListedRow(*row)


def whole(tx: ReadTx, book_id: int, reach: Reach) -> Iterator[Stored]:
    """Stream the active entries in reach with their cards, by href."""
    question = select(*_COLUMNS).where(_visible(book_id, reach)).order_by(entry.c.href)
    for row in tx.connection.execute(question, execution_options={"yield_per": _STREAM}):
        yield _stored(row)


def reports(tx: ReadTx, manager: str) -> tuple[Stored, ...]:
    """Return the active entries that name ``manager`` (a uuid) as theirs."""
    question = select(*_COLUMNS).where(entry.c.manager == manager, entry.c.state == State.ACTIVE).order_by(entry.c.sort_key, entry.c.id)
    return tuple(_stored(row) for row in tx.connection.execute(question))


def leads(tx: ReadTx, uuid: str) -> bool:
    """Tell whether some entry names this one as its manager."""
    return tx.connection.execute(select(entry.c.id).where(entry.c.manager == uuid).limit(1)).first() is not None


def names(tx: ReadTx, uuids: Sequence[str]) -> tuple[Stored, ...]:
    """Return the active entries of any book with one of these uuids."""
    return tuple(_stored(row) for row in _ACTIVE_BY_UUID.all(tx, uuids)) if uuids else ()


def in_state(tx: ReadTx, book_id: int, state: State) -> tuple[Stored, ...]:
    """Return a book's entries in ``state``, newest change first."""
    question = select(*_COLUMNS).where(entry.c.book_id == book_id, entry.c.state == state).order_by(entry.c.modified_us.desc(), entry.c.id)
    return tuple(_stored(row) for row in tx.connection.execute(question))


def add(tx: WriteTx, rows: Sequence[EntryRow]) -> tuple[int, ...]:
    """Insert entries and return their ids in the order given; Conflict (from the transaction) where a name is taken."""
    if not rows:
        return ()
    if len(rows) == 1:
        made = _ADD_ONE.one(tx, *rows[0])
        return () if made is None else (int(made[0]),)
    values = [row._asdict() for row in rows]
    if tx.is_sqlite:
        # SQLite gives ids back for one row at a time only; this transaction is the only writer, so they can be told beforehand.
        last = tx.connection.execute(text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'entry'")).scalar_one()
        tx.connection.execute(insert(entry), [{"id": number, **value} for number, value in enumerate(values, last + 1)])
        return tuple(range(last + 1, last + 1 + len(rows)))
    question = insert(entry).returning(entry.c.id, sort_by_parameter_order=True)
    return tuple(tx.connection.execute(question, values).scalars())


def change(tx: WriteTx, before: Stored, after: EntryRow) -> None:
    """Replace an entry's state; what it was goes to the history. ``before`` is the entry as this transaction has read it."""
    _REMEMBER.run(tx, before.id, *_remembered(before.row))
    # Only what differs: a column that is named costs its indexes, changed or not.
    pairs = zip(_NAMES, before.row, after, strict=True)
    changed = {name: new for name, old, new in pairs if new != old}
    if changed:
        _change_of(tuple(changed)).run(tx, *changed.values(), before.id)


@functools.lru_cache(maxsize=1024)
def _change_of(names: tuple[str, ...]) -> Prepared:
    return Prepared(update(entry).where(entry.c.id == bindparam("wanted")), *names, "wanted")


def confirm(tx: WriteTx, entry_id: int, at_us: int) -> None:
    """Write down that somebody has confirmed an entry: no change of it, so no revision and no word in the change log."""
    tx.connection.execute(update(entry).where(entry.c.id == entry_id).values(confirmed_us=at_us))


def past(tx: ReadTx, entry_id: int) -> tuple[PastRow, ...]:
    """Return the earlier revisions of an entry, newest first."""
    question = select(*_PAST).where(history.c.entry_id == entry_id).order_by(history.c.revision.desc())
    return tuple(PastRow(*row) for row in tx.connection.execute(question))


def touched(tx: ReadTx, batch: str) -> tuple[Stored, ...]:
    """Return the entries of which any revision was made by ``batch``."""
    question = (
        select(*_COLUMNS)
        .where(or_(entry.c.batch == batch, entry.c.id.in_(select(history.c.entry_id).where(history.c.batch == batch))))
        .order_by(entry.c.id)
    )
    return tuple(_stored(row) for row in tx.connection.execute(question))
