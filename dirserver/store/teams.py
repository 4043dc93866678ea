# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of people and who is in them (table ``team``, since ``group`` is a reserved word)."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from dirserver.model.grant import SubjectKind
from dirserver.store import profiles
from dirserver.store.counters import advance_access
from dirserver.store.opening import ReadTx, WriteTx
from dirserver.store.tables import membership, permission, team


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One group; ``modified_us`` in microseconds."""

    id: int
    uuid: str
    name: str
    description: str
    mail: str
    modified_us: int


_COLUMNS = (team.c.id, team.c.uuid, team.c.name, team.c.description, team.c.mail, team.c.modified_us)


def listed(tx: ReadTx) -> tuple[TeamRow, ...]:
    """Return all groups by name."""
    return tuple(TeamRow(*row) for row in tx.connection.execute(select(*_COLUMNS).order_by(team.c.name_key)))


def by_key(tx: ReadTx, name_key: str) -> TeamRow | None:
    """Return the group of that (folded) name, or None."""
    row = tx.connection.execute(select(*_COLUMNS).where(team.c.name_key == name_key)).one_or_none()
    return None if row is None else TeamRow(*row)


def members(tx: ReadTx, team_id: int) -> tuple[str, ...]:
    """Return the uuids of a group's members."""
    question = select(membership.c.entry_uuid).where(membership.c.team_id == team_id).order_by(membership.c.entry_uuid)
    return tuple(tx.connection.execute(question).scalars())


def names_of(tx: ReadTx, entry_uuid: str) -> tuple[str, ...]:
    """Return the names of the groups that an entry is in."""
    question = select(team.c.name).join(membership, membership.c.team_id == team.c.id).where(membership.c.entry_uuid == entry_uuid)
    return tuple(tx.connection.execute(question.order_by(team.c.name_key)).scalars())


def add(tx: WriteTx, name: str, name_key: str, description: str, mail: str, at_us: int) -> None:
    """Make an empty group; Conflict (from the transaction) if the name is taken."""
    tx.connection.execute(
        insert(team).values(uuid=str(uuids.uuid4()), name=name, name_key=name_key, description=description, mail=mail, modified_us=at_us)
    )
    advance_access(tx)


def drop(tx: WriteTx, team_id: int) -> None:
    """Remove a group."""
    tx.connection.execute(delete(membership).where(membership.c.team_id == team_id))
    granted = (permission.c.subject_kind == SubjectKind.GROUP) & (permission.c.subject_id == team_id)
    tx.connection.execute(delete(permission).where(granted))
    profiles.forget_group(tx, team_id)
    tx.connection.execute(delete(team).where(team.c.id == team_id))
    advance_access(tx)


def join(tx: WriteTx, team_id: int, entry_uuid: str, at_us: int) -> None:
    """Add a member; nothing happens if it is one already."""
    known = select(membership.c.team_id).where(membership.c.team_id == team_id, membership.c.entry_uuid == entry_uuid)
    if tx.connection.execute(known).first() is None:
        tx.connection.execute(insert(membership).values(team_id=team_id, entry_uuid=entry_uuid))
        _touch(tx, team_id, at_us)


def leave(tx: WriteTx, team_id: int, entry_uuid: str, at_us: int) -> None:
    """Take a member out; nothing happens if it isn't one."""
    tx.connection.execute(delete(membership).where(membership.c.team_id == team_id, membership.c.entry_uuid == entry_uuid))
    _touch(tx, team_id, at_us)


def _touch(tx: WriteTx, team_id: int, at_us: int) -> None:
    tx.connection.execute(update(team).where(team.c.id == team_id).values(modified_us=at_us))
    advance_access(tx)
