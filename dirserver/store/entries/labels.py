# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in which group: the members of group entries of the same book (table ``labelled``).

Rows are never taken out: one who left stays as not being a member, so that who follows a group learns of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, insert, literal_column, select, update

from dirserver.model.entry import State
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.engine.texts import storable
from dirserver.store.entries.entries import Stored, columns, stored_of
from dirserver.store.entries.index import key
from dirserver.store.schema.tables import entry, labelled, value

_CHUNK = 500
# Written out, not as a parameter: the planners must see that it is the condition of the partial index.
_GROUP = entry.c.kind == literal_column("'group'")
_HELD = entry.c.state != literal_column("'trashed'")
# Asked with every new card, so that it costs next to nothing where no group waits.
_AWAITING = Prepared(
    select(value.c.norm, entry.c.display)
    .join(entry, entry.c.id == value.c.entry_id)
    .where(
        value.c.attribute == literal_column("'member'"),
        among(value.c.norm, "keys"),
        entry.c.book_id == bindparam("book"),
        _GROUP,
        entry.c.state == literal_column("'active'"),
    ),
    "keys",
    "book",
)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One who is or was in a group. ``uid`` as ``EntryRow.uid``, ``spelled`` as its card says it; ``is_active``: it shows."""

    entry_id: int
    uid: str
    spelled: str
    is_member: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class Touch:
    """What a group's row gets when its members change but not its card."""

    label_id: int
    digest: str
    number: int
    modified_us: int
    modified_by: str
    modified_door: str


def members(tx: ReadTx, label_ids: Sequence[int]) -> Mapping[int, tuple[MemberRow, ...]]:
    """Return those who are or were in these groups, by group, in the order in which they came into the book."""
    found: defaultdict[int, list[MemberRow]] = defaultdict(list)
    for start in range(0, len(label_ids), _CHUNK):
        question = (
            select(labelled.c.label_id, entry.c.id, entry.c.uid, labelled.c.spelled, labelled.c.is_member, entry.c.state)
            .join(entry, entry.c.id == labelled.c.entry_id)
            .where(labelled.c.label_id.in_(label_ids[start : start + _CHUNK]))
            .order_by(labelled.c.label_id, labelled.c.entry_id)
        )
        for label_id, entry_id, uid, spelled, is_member, state in tx.connection.execute(question):
            found[label_id].append(MemberRow(entry_id, uid, spelled, is_member, state == State.ACTIVE))
    return {label_id: tuple(rows) for label_id, rows in found.items()}


def labels_of(tx: ReadTx, entry_id: int) -> tuple[int, ...]:
    """Return the groups that an entry is in."""
    question = select(labelled.c.label_id).where(labelled.c.entry_id == entry_id, labelled.c.is_member.is_(True))
    return tuple(tx.connection.execute(question.order_by(labelled.c.label_id)).scalars())


def listed(tx: ReadTx, book_id: int) -> tuple[Stored, ...]:
    """Return the active groups of a book by name."""
    question = columns().where(entry.c.book_id == book_id, _GROUP, entry.c.state == State.ACTIVE).order_by(entry.c.display, entry.c.id)
    return stored_of(tx.connection.execute(question).all())


def named(tx: ReadTx, book_id: int, names: Iterable[str], state: State = State.ACTIVE) -> tuple[Stored, ...]:
    """Return the groups of a book that are called exactly so, oldest first."""
    wanted = storable(sorted(set(names)))
    found: list[Stored] = []
    for start in range(0, len(wanted), _CHUNK):
        of_name = entry.c.display.in_(wanted[start : start + _CHUNK])
        question = columns().where(entry.c.book_id == book_id, _GROUP, of_name, entry.c.state == state).order_by(entry.c.id)
        found += stored_of(tx.connection.execute(question).all())
    return tuple(found)


def awaiting(tx: ReadTx, book_id: int, uids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (UID, name of a group) for each active group of a book whose card names one of these UIDs as a member."""
    found: list[tuple[str, str]] = []
    uids = storable(uids)
    for start in range(0, len(uids), _CHUNK):
        keys = {key(uid): uid for uid in uids[start : start + _CHUNK]}
        found += [(keys[norm], name) for norm, name in _AWAITING.all(tx, list(keys), book_id)]
    return tuple(found)


def by_uids(tx: ReadTx, book_id: int, uids: Sequence[str]) -> tuple[Stored, ...]:
    """Return the entries of a book with these UIDs that aren't groups and not in the trash."""
    found: list[Stored] = []
    uids = storable(uids)
    for start in range(0, len(uids), _CHUNK):
        chosen = (entry.c.book_id == book_id, _HELD, entry.c.uid.in_(uids[start : start + _CHUNK]), entry.c.kind != "group")
        found += stored_of(tx.connection.execute(columns().where(*chosen)).all())
    return tuple(found)


def by_ids(tx: ReadTx, ids: Sequence[int]) -> tuple[Stored, ...]:
    """Return entries by their ids, in whatever state."""
    found: list[Stored] = []
    for start in range(0, len(ids), _CHUNK):
        found += stored_of(tx.connection.execute(columns().where(entry.c.id.in_(ids[start : start + _CHUNK]))).all())
    return tuple(found)


def write(tx: WriteTx, label_id: int, spelled: Mapping[int, str], *, is_member: bool) -> None:
    """Write down that entries (id to the spelling of their UIDs) are, or are not any more, in a group."""
    ids = list(spelled)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        tx.connection.execute(delete(labelled).where(labelled.c.label_id == label_id, labelled.c.entry_id.in_(chunk)))
        rows = [{"label_id": label_id, "entry_id": one, "spelled": spelled[one], "is_member": is_member} for one in chunk]
        tx.connection.execute(insert(labelled), rows)


def leave(tx: WriteTx, label_id: int, entry_ids: Sequence[int], number: int) -> None:
    """Write down that entries are not in a group any more, from this change number of their book on."""
    for start in range(0, len(entry_ids), _CHUNK):
        chosen = and_(labelled.c.label_id == label_id, labelled.c.entry_id.in_(entry_ids[start : start + _CHUNK]))
        tx.connection.execute(update(labelled).where(chosen).values(is_member=False, left_number=number))


def write_card(tx: WriteTx, label_id: int, card: str) -> None:
    """Put the card of a group, with the members that it has now, into its row."""
    tx.connection.execute(update(entry).where(entry.c.id == label_id).values(card=card))


def touch(tx: WriteTx, touched: Sequence[Touch]) -> None:
    """Note on groups that they changed; what they are called and what else their cards say stays."""
    if not touched:
        return
    names = ("digest", "number", "modified_us", "modified_by", "modified_door")
    question = update(entry).where(entry.c.id == bindparam("label_id")).values({name: bindparam(f"new_{name}") for name in names})
    rows = [{"label_id": one.label_id, **{f"new_{name}": getattr(one, name) for name in names}} for one in touched]
    tx.connection.execute(question, rows)
