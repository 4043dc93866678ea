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
    """One group; times in microseconds, who by login."""

    id: int
    uuid: str
    name: str
    description: str
    mail: str
    created_us: int
    created_by: str
    modified_us: int
    modified_by: str


_COLUMNS = (
    team.c.id,
    team.c.uuid,
    team.c.name,
    team.c.description,
    team.c.mail,
    team.c.created_us,
    team.c.created_by,
    team.c.modified_us,
    team.c.modified_by,
)


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


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a group, ``name_key`` being its folded name."""

    name: str
    name_key: str
    description: str
    mail: str


@dataclass(frozen=True, slots=True)
class By:
    """Who changes a group (a login), and when (microseconds)."""

    login: str
    at_us: int


def add(tx: WriteTx, told: Told, by: By) -> None:
    """Make an empty group; Conflict (from the transaction) if the name is taken."""
    made = {"created_us": by.at_us, "created_by": by.login, "modified_us": by.at_us, "modified_by": by.login}
    tx.connection.execute(insert(team).values(uuid=str(uuids.uuid4()), **_said(told), **made))
    advance_access(tx)


def change(tx: WriteTx, team_id: int, told: Told, by: By) -> None:
    """Say something else of a group; Conflict (from the transaction) if the name is taken. Grants and members stay."""
    tx.connection.execute(update(team).where(team.c.id == team_id).values(**_said(told)))
    _touch(tx, team_id, by)


def _said(told: Told) -> dict[str, str]:
    return {"name": told.name, "name_key": told.name_key, "description": told.description, "mail": told.mail}


def drop(tx: WriteTx, team_id: int) -> None:
    """Remove a group."""
    tx.connection.execute(delete(membership).where(membership.c.team_id == team_id))
    granted = (permission.c.subject_kind == SubjectKind.GROUP) & (permission.c.subject_id == team_id)
    tx.connection.execute(delete(permission).where(granted))
    profiles.forget_group(tx, team_id)
    tx.connection.execute(delete(team).where(team.c.id == team_id))
    advance_access(tx)


def join(tx: WriteTx, team_id: int, entry_uuid: str, by: By) -> None:
    """Add a member; nothing happens if it is one already."""
    known = select(membership.c.team_id).where(membership.c.team_id == team_id, membership.c.entry_uuid == entry_uuid)
    if tx.connection.execute(known).first() is None:
        tx.connection.execute(insert(membership).values(team_id=team_id, entry_uuid=entry_uuid))
        _touch(tx, team_id, by)


def leave(tx: WriteTx, team_id: int, entry_uuid: str, by: By) -> None:
    """Take a member out; nothing happens if it isn't one."""
    tx.connection.execute(delete(membership).where(membership.c.team_id == team_id, membership.c.entry_uuid == entry_uuid))
    _touch(tx, team_id, by)


def _touch(tx: WriteTx, team_id: int, by: By) -> None:
    tx.connection.execute(update(team).where(team.c.id == team_id).values(modified_us=by.at_us, modified_by=by.login))
    advance_access(tx)
