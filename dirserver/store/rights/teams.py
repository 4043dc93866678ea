# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of people and who is in them (table ``team``, since ``group`` is a reserved word)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import delete, exists, insert, select, update

from dirserver.model.grant import SubjectKind
from dirserver.store.engine.counters import advance_access
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.rights import profiles
from dirserver.store.schema.label_tables import label_grant
from dirserver.store.schema.tables import entry, membership, permission, team

_CHUNK = 500


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
    needs_second_factor: bool


_COLUMNS = tuple(team.c[field.name] for field in fields(TeamRow))


def listed(tx: ReadTx) -> tuple[TeamRow, ...]:
    """Return all groups by name."""
    return tuple(TeamRow(*row) for row in tx.connection.execute(select(*_COLUMNS).order_by(team.c.name_key)))


def by_key(tx: ReadTx, name_key: str) -> TeamRow | None:
    """Return the group of that (folded) name, or None."""
    row = tx.connection.execute(select(*_COLUMNS).where(team.c.name_key == name_key)).one_or_none()
    return None if row is None else TeamRow(*row)


def by_uuid(tx: ReadTx, uuid: str) -> TeamRow | None:
    """Return the group of that UUID, or None."""
    row = tx.connection.execute(select(*_COLUMNS).where(team.c.uuid == uuid)).one_or_none()
    return None if row is None else TeamRow(*row)


def without_entry(tx: ReadTx) -> tuple[TeamRow, ...]:
    """Return the groups of which no entry of any book has the UUID."""
    known = exists(select(entry.c.id).where(entry.c.uuid == team.c.uuid))
    return tuple(TeamRow(*row) for row in tx.connection.execute(select(*_COLUMNS).where(~known).order_by(team.c.id)))


def is_leaned_on(tx: ReadTx, team_id: int) -> bool:
    """Tell whether something is granted to a group, or said about the clients of its members."""
    for table in (permission, label_grant):
        granted = select(table.c.subject_id).where(table.c.subject_kind == SubjectKind.GROUP, table.c.subject_id == team_id)
        if tx.connection.execute(granted.limit(1)).first() is not None:
            return True
    return profiles.is_for_group(tx, team_id)


def members(tx: ReadTx, team_id: int) -> tuple[str, ...]:
    """Return the uuids of a group's members."""
    question = select(membership.c.entry_uuid).where(membership.c.team_id == team_id).order_by(membership.c.entry_uuid)
    return tuple(tx.connection.execute(question).scalars())


def names_of(tx: ReadTx, entry_uuid: str) -> tuple[str, ...]:
    """Return the names of the groups that an entry is in."""
    return tuple(row.name for row in of_member(tx, entry_uuid))


def of_member(tx: ReadTx, entry_uuid: str) -> tuple[TeamRow, ...]:
    """Return the groups that an entry is in, by name."""
    question = select(*_COLUMNS).join(membership, membership.c.team_id == team.c.id).where(membership.c.entry_uuid == entry_uuid)
    return tuple(TeamRow(*row) for row in tx.connection.execute(question.order_by(team.c.name_key)))


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


def add(tx: WriteTx, told: Told, by: By, uuid: str) -> int:
    """Make an empty group and return its id; Conflict (from the transaction) if the name is taken."""
    made = {"created_us": by.at_us, "created_by": by.login, "modified_us": by.at_us, "modified_by": by.login}
    number: int = tx.connection.execute(insert(team).values(uuid=uuid, **_said(told), **made).returning(team.c.id)).scalar_one()
    advance_access(tx)
    return number


def change(tx: WriteTx, team_id: int, told: Told, by: By) -> None:
    """Say something else of a group; Conflict (from the transaction) if the name is taken. Grants and members stay."""
    tx.connection.execute(update(team).where(team.c.id == team_id).values(**_said(told)))
    _touch(tx, team_id, by)


def need_second_factor(tx: WriteTx, team_id: int, by: By, *, is_needed: bool) -> None:
    """Say whether the members of a group have to sign in with a second factor."""
    tx.connection.execute(update(team).where(team.c.id == team_id).values(needs_second_factor=is_needed))
    _touch(tx, team_id, by)


def _said(told: Told) -> dict[str, str]:
    return {"name": told.name, "name_key": told.name_key, "description": told.description, "mail": told.mail}


def drop(tx: WriteTx, team_id: int) -> None:
    """Remove a group."""
    tx.connection.execute(delete(membership).where(membership.c.team_id == team_id))
    for table in (permission, label_grant):
        tx.connection.execute(delete(table).where(table.c.subject_kind == SubjectKind.GROUP, table.c.subject_id == team_id))
    profiles.forget_group(tx, team_id)
    tx.connection.execute(delete(team).where(team.c.id == team_id))
    advance_access(tx)


def join(tx: WriteTx, team_id: int, uuids: Sequence[str], by: By) -> bool:
    """Add members, and tell whether any is new."""
    new = sorted(set(uuids) - set(members(tx, team_id))) if uuids else []
    if new:
        tx.connection.execute(insert(membership), [{"team_id": team_id, "entry_uuid": uuid} for uuid in new])
        _touch(tx, team_id, by)
    return bool(new)


def leave(tx: WriteTx, team_id: int, uuids: Sequence[str], by: By) -> bool:
    """Take members out, and tell whether there was one."""
    gone = sorted(set(uuids) & set(members(tx, team_id))) if uuids else []
    for start in range(0, len(gone), _CHUNK):
        chosen = membership.c.entry_uuid.in_(gone[start : start + _CHUNK])
        tx.connection.execute(delete(membership).where(membership.c.team_id == team_id, chosen))
    if gone:
        _touch(tx, team_id, by)
    return bool(gone)


def _touch(tx: WriteTx, team_id: int, by: By) -> None:
    tx.connection.execute(update(team).where(team.c.id == team_id).values(modified_us=by.at_us, modified_by=by.login))
    advance_access(tx)
