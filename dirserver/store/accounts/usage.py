# SPDX-License-Identifier: GPL-3.0-or-later
"""What device passwords are used by, counted: nobody's device in particular."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from dirserver.store.engine.opening import ReadTx
from dirserver.store.schema.tables import account, device_password


@dataclass(frozen=True, slots=True)
class Use:
    """So many device passwords of open accounts were last used at a door by a program; the door is "" for those that never were."""

    door: str
    program: str
    count: int


def devices(tx: ReadTx) -> tuple[Use, ...]:
    """Count device passwords by the door and the program that used them last."""
    door, program = device_password.c.last_used_door, device_password.c.last_used_program
    question = (
        select(door, program, func.count())
        .join(account, account.c.id == device_password.c.account_id)
        .where(account.c.is_active)
        .group_by(door, program)
        .order_by(door, program)
    )
    return tuple(Use(*row) for row in tx.connection.execute(question))
