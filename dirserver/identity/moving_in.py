# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that people bring along from another directory, as hashes.

Each goes on working where the account has no password of ours yet, and is hashed anew (argon2id) when it is next typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dirserver.identity import passwords
from dirserver.model.audit import Action, Event
from dirserver.model.fold import fold
from dirserver.model.origin import current_origin
from dirserver.store.accounts import accounts
from dirserver.store.care import audit
from dirserver.store.engine.opening import ReadTx, Store


class Outcome(StrEnum):
    """What becomes of one record's hash."""

    SET = "set"
    NO_ACCOUNT = "no such account"
    HAS_ONE = "has a password already"
    CLOSED = "the account is closed"
    UNUSABLE = "no hash that can be used; invite them instead"


@dataclass(frozen=True, slots=True)
class Given:
    """Hashes of one record: the line that it begins on, the logins (or mail addresses) that it goes by, values of userPassword."""

    line: int
    logins: tuple[str, ...]
    values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Brought:
    """One record: the line that it begins on, whose it is (the account's login, or the first name given), and what becomes of it."""

    line: int
    login: str
    outcome: Outcome


class MovingIn:
    """Takes hashes into one store. Safe for threads. ``clock`` gives microseconds since 1970."""

    def __init__(self, store: Store, *, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock

    def plan(self, given: Iterable[Given]) -> tuple[Brought, ...]:
        """Return what ``take`` would do."""
        checked = _checked(given)
        with self._store.reading() as tx:
            return tuple(brought for brought, _, _ in _looked_at(tx, checked))

    def take(self, given: Iterable[Given]) -> tuple[Brought, ...]:
        """Give each account that has no password the first usable hash of its record; all of them or none."""
        # Before the transaction: trying out a hash takes as long as checking a password, and nobody else should wait for that.
        checked, told = _checked(given), []
        with self._store.writing() as tx:
            for brought, account_id, stored in _looked_at(tx, checked):
                told.append(brought)
                row = accounts.lock(tx, account_id) if brought.outcome is Outcome.SET else None
                if row is not None and row.password_hash is None and row.is_active:
                    accounts.save(tx, replace(row, password_hash=stored, stamp=row.stamp + 1))
                    accounts.drop_sessions(tx, row.id)
                    event = Event(Action.PASSWORD_SET, f"account:{row.uuid}", fields=("imported",))
                    audit.record(tx, event, current_origin().principal, self._clock())
        return tuple(told)


def _checked(given: Iterable[Given]) -> tuple[tuple[Given, str | None], ...]:
    return tuple((each, next((kept for value in each.values if (kept := passwords.imported(value)) is not None), None)) for each in given)


def _looked_at(tx: ReadTx, checked: Iterable[tuple[Given, str | None]]) -> Iterator[tuple[Brought, int, str | None]]:
    taken: set[int] = set()
    for each, stored in checked:
        row = next((found for login in each.logins if (found := accounts.by_login_or_mail(tx, fold(login))) is not None), None)
        if row is None:
            yield Brought(each.line, next(iter(each.logins), ""), Outcome.NO_ACCOUNT), 0, None
            continue
        outcome = Outcome.SET if stored is not None else Outcome.UNUSABLE
        if row.password_hash is not None or row.id in taken:
            outcome = Outcome.HAS_ONE
        elif not row.is_active:
            # Whoever opens it again must not open it for a password that nobody remembers to be there.
            outcome = Outcome.CLOSED
        if outcome is Outcome.SET:
            taken.add(row.id)
        yield Brought(each.line, row.login, outcome), row.id, stored
