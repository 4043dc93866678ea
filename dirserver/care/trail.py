# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit trail read and proved. It is for operators: what is in it stands outside the access policy.

Three things keep it honest: triggers refuse to change or remove a row, each row holds the hash of the one before, and the last
hash is published elsewhere each day. Whoever may do as they like in the database can get round the first, must write everything
anew to get round the second, and can't get round the third.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import BinaryIO

from dirserver.errors import BadInput, NotFound
from dirserver.model.audit import FIRST, Action, Head, Recorded, hash_of
from dirserver.model.fold import fold
from dirserver.store.accounts import accounts
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from dirserver.store.engine.opening import ReadTx, Store
from dirserver.store.rights import teams

_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Query:
    """Which events somebody wants to see: an actor (a login or ``system``), what was done, to what (``account:ada``), since when."""

    actor: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What looking through the chain found; it is whole where ``faults`` is empty."""

    count: int
    head: Head
    faults: tuple[str, ...]


class Trail:
    """The audit trail of one store. Safe for threads."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def head(self) -> Head:
        """Return the last link."""
        with self._store.reading() as tx:
            return audit.head(tx)

    def newest(self, query: Query, most: int) -> tuple[Recorded, ...]:
        """Return the newest events that are wanted, oldest first, with logins and groups' names where there still are any.

        NotFound for an actor or target that there is not, BadInput for an action.
        """
        with self._store.reading() as tx:
            rows = audit.newest(tx, _wanted(tx, query), most)
            names = _names(tx)
        return tuple(
            replace(
                row, actor=names.get(row.actor, row.actor), target=names.get(row.target, row.target), about=names.get(row.about, row.about)
            )
            for row in rows
        )

    def verify(self, published: Iterable[Head] = ()) -> Verdict:
        """Look through the whole chain, and whether it still goes through the heads that were published."""
        faults: list[str] = []
        wanted = {head.number: head.hash for head in published if head.number}
        last, count = Head(0, FIRST), 0
        with self._store.reading() as tx:
            for row in audit.each(tx, Wanted()):
                count += 1
                faults += _faults_of(row, last)
                if wanted.pop(row.number, row.hash) != row.hash:
                    faults.append(f"event {row.number}: not the one that was published; the trail was written anew, or a backup restored")
                last = Head(row.number, row.hash)
                if len(faults) >= _MOST_FAULTS:
                    return Verdict(count, last, (*faults, "there may be more; this is where looking ended"))
        faults += [f"event {number}: published, but gone; the trail was cut, or a backup restored" for number in sorted(wanted)]
        return Verdict(count, last, tuple(faults[:_MOST_FAULTS]))

    def export(self, stream: BinaryIO) -> int:
        """Write every event as a line of JSON, exactly as it is in the chain, and return how many there are."""
        count = 0
        with self._store.reading() as tx:
            for row in audit.each(tx, Wanted()):
                stream.write(json.dumps(asdict(row), ensure_ascii=False).encode() + b"\n")
                count += 1
        return count


def read_heads(lines: Iterable[str]) -> tuple[Head, ...]:
    """Read published heads: lines of JSON with ``number`` and ``hash``, from the file of heads or a log; other lines are passed over."""
    found = []
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and isinstance(said.get("number"), int) and isinstance(said.get("hash"), str):
            found.append(Head(said["number"], said["hash"]))
    return tuple(found)


def _faults_of(row: Recorded, last: Head) -> list[str]:
    if row.number != last.number + 1:
        return [f"event {row.number}: the one before it is {last.number}; what was between is gone"]
    if row.previous != last.hash:
        return [f"event {row.number}: does not follow the event before it; one of them was changed"]
    return [f"event {row.number}: was changed, its hash does not fit"] if hash_of(row) != row.hash else []


def _wanted(tx: ReadTx, query: Query) -> Wanted:
    if query.action and query.action not in set(Action):
        raise BadInput(f"'{query.action}' is no action; there are {', '.join(Action)}")
    actor = query.actor
    if actor and actor not in {"system", "anonymous"}:
        actor = _reference(tx, f"account:{actor.removeprefix('account:')}")
    since_us = round(query.since.timestamp() * 1_000_000) if query.since is not None else None
    return Wanted(actor, query.action, _reference(tx, query.target) if query.target else "", since_us)


def _reference(tx: ReadTx, text: str) -> str:
    kind, _, name = text.partition(":")
    if kind == "account":
        return f"account:{accounts.of_name(tx, name).uuid}"
    if kind == "group":
        team = teams.by_key(tx, fold(name))
        if team is None:
            raise NotFound(f"there is no group '{name}'")
        return f"group:{team.uuid}"
    return text


def _names(tx: ReadTx) -> Mapping[str, str]:
    found = {f"account:{row.uuid}": f"account:{row.login}" for row in accounts.listed(tx)}
    return found | {f"group:{row.uuid}": f"group:{row.name}" for row in teams.listed(tx)}
