# SPDX-License-Identifier: GPL-3.0-or-later
"""What other programs and services have to do with the directory: tokens of the API, push services, letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dirserver.identity.records import moment
from dirserver.identity.tokens import Token, token_of
from dirserver.store.accounts import tokens
from dirserver.store.delivery import outbox, subscriptions
from dirserver.store.engine.opening import ReadTx

MOST_PROGRAMS = 500


@dataclass(frozen=True, slots=True)
class Program:
    """A program that holds a token; ``login`` is the account that it acts for."""

    login: str
    token: Token
    has_expired: bool


@dataclass(frozen=True, slots=True)
class PushOrigin:
    """Where phones are told that something changed, with how many subscriptions and how many whose last message wasn't taken."""

    origin: str
    subscriptions: int
    failing: int
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Connected:
    """All of it; of the programs the first MOST_PROGRAMS. ``letters_failed``: given up lately."""

    programs: tuple[Program, ...]
    services: tuple[PushOrigin, ...]
    letters_waiting: int
    letters_failed: int


def connected(tx: ReadTx, now_us: int) -> Connected:
    """Look it up."""
    programs = tuple(
        Program(login, token_of(row), has_expired=row.expires_us is not None and row.expires_us <= now_us)
        for login, row in tokens.all_of_them(tx, MOST_PROGRAMS)
    )
    services = tuple(
        PushOrigin(each.origin, each.subscriptions, each.failing, moment(each.delivered_us) if each.delivered_us is not None else None)
        for each in subscriptions.services(tx, now_us)
    )
    return Connected(programs, services, *outbox.counted(tx))
