# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that wait for somebody's consent, and what became of them, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import insert, select, update

from dirserver.model.approval import Stage
from dirserver.store.engine.opening import ReadTx, WriteTx
from dirserver.store.schema.self_service_tables import proposal

_MOST = 500


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal; ``before`` and ``after`` are packed cards that hold the properties of the field alone."""

    id: int
    entry_uuid: str
    book_id: int
    field: str
    state: str
    before: str
    after: str
    account_id: int
    made_us: int
    made_door: str
    decided_us: int | None = None
    decided_by: str = ""
    reason: str = ""
    revision: int | None = None


_NAMES = tuple(each.name for each in fields(ProposalRow))
_COLUMNS = tuple(proposal.c[name] for name in _NAMES)


def add(tx: WriteTx, row: ProposalRow) -> int:
    """Store a new proposal (its id is not looked at) and return its id."""
    values = {name: getattr(row, name) for name in _NAMES if name != "id"}
    return int(tx.connection.execute(insert(proposal).values(values).returning(proposal.c.id)).scalar_one())


def by_id(tx: ReadTx, number: int) -> ProposalRow | None:
    """Return one proposal, or None."""
    row = tx.connection.execute(select(*_COLUMNS).where(proposal.c.id == number)).one_or_none()
    return None if row is None else ProposalRow(*row)


def waiting(tx: ReadTx) -> tuple[ProposalRow, ...]:
    """Return all that waits, oldest first."""
    question = select(*_COLUMNS).where(proposal.c.state == Stage.WAITING).order_by(proposal.c.id)
    return tuple(ProposalRow(*row) for row in tx.connection.execute(question))


def waiting_on(tx: ReadTx, entry_uuid: str) -> tuple[ProposalRow, ...]:
    """Return what waits for one entry, oldest first."""
    question = select(*_COLUMNS).where(proposal.c.entry_uuid == entry_uuid, proposal.c.state == Stage.WAITING)
    return tuple(ProposalRow(*row) for row in tx.connection.execute(question.order_by(proposal.c.id)))


def of_entry(tx: ReadTx, entry_uuid: str) -> tuple[ProposalRow, ...]:
    """Return the newest proposals for one entry, newest first."""
    question = select(*_COLUMNS).where(proposal.c.entry_uuid == entry_uuid).order_by(proposal.c.id.desc()).limit(_MOST)
    return tuple(ProposalRow(*row) for row in tx.connection.execute(question))


def decide(tx: WriteTx, number: int, stage: Stage, *, by: str, at_us: int, reason: str = "", revision: int | None = None) -> bool:
    """Write down what became of a proposal that waits; False if somebody else was faster."""
    done = tx.connection.execute(
        update(proposal)
        .where(proposal.c.id == number, proposal.c.state == Stage.WAITING)
        .values(state=stage, decided_us=at_us, decided_by=by, reason=reason, revision=revision)
    )
    return bool(done.rowcount)


def approved(tx: ReadTx, entry_uuid: str) -> Sequence[tuple[int, int]]:
    """Return (revision, account id of who proposed it) of the revisions that approvals made."""
    question = select(proposal.c.revision, proposal.c.account_id).where(
        proposal.c.entry_uuid == entry_uuid, proposal.c.state == Stage.APPROVED, proposal.c.revision.is_not(None)
    )
    return [(int(row[0]), int(row[1])) for row in tx.connection.execute(question)]
