# SPDX-License-Identifier: GPL-3.0-or-later
"""The index: normal forms by attribute for equality and prefix, and a text per entry for "contains"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, text

from dirserver.store.opening import WriteTx
from dirserver.store.tables import gram, haystack, value

MAX_KEY = 400
"""Longest normal form, in characters, that stands whole in an index key (a B-tree page of PostgreSQL holds 2 700 octets)."""
_HEAD = 300

_NOT_IN_HAYSTACK = frozenset({"entryuuid", "manager"})
_REVERSED = ";r"


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an entry is found by: (bound attribute, normal form) pairs."""

    entry_id: int
    values: frozenset[tuple[str, str]]


def key(norm: str) -> str:
    """Return the index key of a normal form: itself, or for a long one its head and a hash, so that equality stays exact."""
    if len(norm) <= MAX_KEY:
        return norm
    return f"{norm[:_HEAD]}\x01{hashlib.sha256(norm.encode()).hexdigest()}"


def replace(tx: WriteTx, entries: Sequence[Indexed], *, are_new: bool = False) -> None:
    """Index entries anew; ``are_new`` spares looking for what is there already."""
    if not are_new:
        remove(tx, [indexed.entry_id for indexed in entries])
    values = [
        {"entry_id": indexed.entry_id, "attribute": attribute, "norm": key(norm), "whole": norm if len(norm) > MAX_KEY else None}
        for indexed in entries
        for attribute, norm in sorted(indexed.values)
    ]
    texts = [{"entry_id": indexed.entry_id, "text": _haystack(indexed)} for indexed in entries]
    if values:
        tx.connection.execute(insert(value), values)
    if texts:
        tx.connection.execute(insert(haystack), texts)
    if not has_own_trigrams(tx):
        grams = [{"gram": part, "entry_id": row["entry_id"]} for row in texts for part in sorted(set(trigrams(str(row["text"]))))]
        if grams:
            tx.connection.execute(insert(gram), grams)


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
    return "\n".join(sorted({norm for attribute, norm in indexed.values if is_in_haystack(attribute)}))
