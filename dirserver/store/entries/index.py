# SPDX-License-Identifier: GPL-3.0-or-later
"""The index: normal forms by attribute for equality and prefix, and a text per entry for "contains"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, func, insert, literal_column, or_, select, text, update

from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.engine.prepared import Prepared, among
from dirserver.store.schema.tables import book, entry, gram, haystack, haystack_fresh, value

MAX_KEY = 400
"""Longest normal form, in characters, that stands whole in an index key (a B-tree page of PostgreSQL holds 2 700 octets)."""
HEAD = 300

MOST_FRESH = 64
"""Texts that wait for SQLite's trigram index at most: every search looks at them one by one."""

_NOT_IN_HAYSTACK = frozenset({"entryuuid", "manager", "member"})
_REVERSED = ";r"


_VALUES_OF = Prepared(select(value.c.attribute, value.c.norm).where(value.c.entry_id == bindparam("wanted")), "wanted")
_TEXT_OF = Prepared(select(haystack.c.text).where(haystack.c.entry_id == bindparam("wanted")), "wanted")
_ADD_VALUE = Prepared(insert(value), "entry_id", "attribute", "norm", "whole")
_ADD_TEXT = Prepared(insert(haystack), "entry_id", "text")
_FRESH_ONES = select(func.count()).select_from(haystack_fresh)
_FRESH = Prepared(_FRESH_ONES)
_SET_TEXT = Prepared(
    update(haystack).where(haystack.c.entry_id == bindparam("wanted")).returning(_FRESH_ONES.scalar_subquery()), "text", "wanted"
)
_ADD_GRAM = Prepared(insert(gram), "gram", "entry_id")
_THIS_VALUE = and_(value.c.entry_id == bindparam("entry"), value.c.attribute == bindparam("called"), value.c.norm == bindparam("said"))
_SET_VALUE = Prepared(update(value).where(_THIS_VALUE), "norm", "whole", "entry", "called", "said")
_DROP_VALUE = Prepared(delete(value).where(_THIS_VALUE), "entry", "called", "said")
_REFERRING = Prepared(
    select(book.c.slug, entry.c.uuid)
    .select_from(value.join(entry, entry.c.id == value.c.entry_id).join(book, book.c.id == entry.c.book_id))
    .where(or_(*(value.c.attribute == literal_column(f"'{name}'") for name in ("manager", "secretary"))), among(value.c.norm, "uuids"))
    .where(entry.c.state == literal_column("'active'"))
    .distinct(),
    "uuids",
)


class Indexed(NamedTuple):
    """What an entry is found by: (bound attribute, normal form) pairs."""

    entry_id: int
    values: frozenset[tuple[str, str]]


def key(norm: str) -> str:
    """Return the index key of a normal form: itself, or for a long one its head and a hash, so that equality stays exact."""
    if len(norm) <= MAX_KEY:
        return norm
    return f"{norm[:HEAD]}\x01{hashlib.sha256(norm.encode()).hexdigest()}"


def replace(tx: WriteTx, entries: Sequence[Indexed], *, are_new: bool = False) -> None:
    """Index entries anew; ``are_new`` spares looking for what is there already. Of the others only what differs is written."""
    if are_new:
        values = [(indexed.entry_id, *row) for indexed in entries for row in _rows(indexed)]
        if values:
            _ADD_VALUE.run_many(tx, values)
        texts = [(indexed.entry_id, _haystack(indexed)) for indexed in entries]
        if texts:
            _ADD_TEXT.run_many(tx, texts)
        if not has_own_trigrams(tx):
            add_grams(tx, texts)
        (fresh,) = _FRESH.one(tx) or (0,)
    else:
        fresh = max((_refresh(tx, indexed) for indexed in entries), default=0)
    if tx.is_sqlite and fresh >= MOST_FRESH:
        # Each commit with a change of SQLite's trigram index costs the same: it takes what waits for it once there is enough.
        settle(tx)


def settle(tx: WriteTx) -> None:
    """Let SQLite's trigram index take what waits for it."""
    for statement in _SETTLE:
        tx.driver.execute(statement)


# FTS5 forgets a text only by being told what it was (sqlite.org/fts5.html, section 6.3).
_SETTLE = (
    "INSERT INTO haystack_fts(haystack_fts, rowid, text) SELECT 'delete', entry_id, was FROM haystack_fresh WHERE was IS NOT NULL",
    # CROSS keeps SQLite from walking all texts to look for each whether it waits.
    "INSERT INTO haystack_fts(rowid, text) SELECT entry_id, text FROM haystack_fresh CROSS JOIN haystack USING (entry_id)",
    "DELETE FROM haystack_fresh",
)


def _refresh(tx: WriteTx, indexed: Indexed) -> int:
    """Write what differs; return how many texts wait for SQLite's trigram index now, one more at most; none where that hasn't grown."""
    if not _refresh_values(tx, indexed):
        return 0
    has_own, after = has_own_trigrams(tx), _haystack(indexed)
    (before,) = (None,) if has_own else _TEXT_OF.one(tx, indexed.entry_id) or (None,)
    # The statement counts before its triggers have put this one among those who wait.
    changed = _SET_TEXT.one(tx, after, indexed.entry_id)
    if changed is None:
        _ADD_TEXT.run(tx, indexed.entry_id, after)
        changed = _FRESH.one(tx)
    if not has_own:
        old, new = set(trigrams(before or "")), set(trigrams(after))
        if old - new:
            dropped = gram.c.entry_id == indexed.entry_id
            tx.connection.execute(delete(gram).where(dropped, gram.c.gram.in_(sorted(old - new))))
        _insert_grams(tx, [(indexed.entry_id, new - old)])
    return 1 + changed[0] if changed else 0


def _refresh_values(tx: WriteTx, indexed: Indexed) -> bool:
    """Write what differs; tell whether anything of it stands in the text that "contains" looks through."""
    there = set(_VALUES_OF.all(tx, indexed.entry_id))
    wanted = {(attribute, norm if len(norm) <= MAX_KEY else key(norm)): norm for attribute, norm in indexed.values}
    gone: dict[str, list[str]] = {}
    for attribute, norm in sorted(there.difference(wanted)):
        gone.setdefault(attribute, []).append(norm)
    changed: list[tuple[str, str | None, int, str, str]] = []
    new: list[tuple[int, str, str, str | None]] = []
    for row in sorted(wanted.keys() - there):
        (attribute, norm), said = row, wanted[row]
        whole = said if said != norm else None
        before = gone.get(attribute)
        if before:
            # Most changes are of one value into another: a row that becomes another costs half of one that goes and one that comes.
            changed.append((norm, whole, indexed.entry_id, attribute, before.pop()))
        else:
            new.append((indexed.entry_id, attribute, norm, whole))
    left = [(indexed.entry_id, attribute, norm) for attribute, norms in gone.items() for norm in norms]
    for statement, rows in ((_SET_VALUE, changed), (_DROP_VALUE, left), (_ADD_VALUE, new)):
        if rows:
            statement.run_many(tx, rows)
    touched = (*(row[3] for row in changed), *(row[1] for row in left), *(row[1] for row in new))
    return any(map(is_in_haystack, touched))


def _rows(indexed: Indexed) -> list[tuple[str, str, str | None]]:
    """Return what stands in the index of an entry: attribute, key, and the whole normal form where the key isn't that."""
    rows = ((attribute, key(norm), norm) for attribute, norm in sorted(indexed.values))
    return [(attribute, short, norm if short != norm else None) for attribute, short, norm in rows]


def add_grams(tx: WriteTx, texts: Sequence[tuple[int, str]]) -> None:
    """Index the texts of new entries, (entry id, text), where the engine has no trigrams of its own."""
    _insert_grams(tx, [(entry_id, trigrams(made)) for entry_id, made in texts])


def _insert_grams(tx: WriteTx, entries: Sequence[tuple[int, Iterable[str]]]) -> None:
    grams = [(part, entry_id) for entry_id, parts in entries for part in sorted(set(parts))]
    if grams:
        _ADD_GRAM.run_many(tx, grams)


def remove(tx: WriteTx, entry_ids: Sequence[int]) -> None:
    """Take entries out of the index."""
    for entry_id in entry_ids:
        for table in (value, haystack, gram):
            tx.connection.execute(delete(table).where(table.c.entry_id == entry_id))


def is_in_haystack(attribute: str) -> bool:
    """Tell whether values of a bound attribute stand in the text that "contains" looks through."""
    return attribute not in _NOT_IN_HAYSTACK and not attribute.endswith(_REVERSED)


def trigrams(folded: str) -> Iterator[str]:
    """Yield all runs of three characters."""
    return (folded[start : start + 3] for start in range(len(folded) - 2))


def has_own_trigrams(tx: WriteTx) -> bool:
    """Tell whether the engine indexes trigrams by itself (FTS5, pg_trgm)."""
    if tx.is_sqlite:
        return True
    return tx.connection.execute(text("SELECT to_regclass('ix_haystack_trigram') IS NOT NULL")).scalar_one() is True


def _haystack(indexed: Indexed) -> str:
    values = indexed.values
    return "\n".join(sorted({norm for name, norm in values if name not in _NOT_IN_HAYSTACK and not name.endswith(_REVERSED)}))


def referring(tx: ReadTx, uuids: Sequence[str]) -> list[tuple[str, str]]:
    """Return the slug of the book and the UUID of each active entry that has one of these as its manager or secretary."""
    return [(slug, uuid) for slug, uuid in _REFERRING.all(tx, uuids)] if uuids else []
