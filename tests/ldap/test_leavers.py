# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections of accounts that were closed."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from dirserver.errors import Unavailable
from dirserver.ldap.leavers import Leavers
from dirserver.ldap.wire.message import Code
from tests.cast import principal


class AtOnce:
    """Threads that have done everything already."""

    is_busy = False

    def run(self, work, done):
        try:
            outcome = work()
        except Unavailable:
            outcome = Failure()
        done(outcome)


@dataclass(eq=False)
class Client:
    account_id: int | None
    ended: list[Code] = field(default_factory=list)

    def drop(self, code: Code, _text: str) -> None:
        self.ended.append(code)


@pytest.fixture
def clients(own_site):
    return {login: Client(principal(own_site.identity, login).account_id) for login in ("ada", "dov")} | {"nobody": Client(None)}


@pytest.fixture
def clock(own_site, clients):
    clock = Clock()
    Leavers(frozenset(clients.values()), own_site.directory, AtOnce(), clock).start()  # type: ignore[arg-type]
    return clock


def test_who_was_closed_is_seen_off_within_a_second_and_nobody_else(own_site, clients, clock):
    clock.pump([1.0, 1.0])
    own_site.identity.close_account("ada")
    clock.advance(1.0)
    assert clients["ada"].ended == [Code.STRONGER_AUTH_REQUIRED]
    assert clients["dov"].ended == clients["nobody"].ended == []


def test_a_database_that_does_not_answer_is_asked_again(own_site, clients, clock, monkeypatch):
    def fail(_self):
        raise Unavailable("not now")

    with monkeypatch.context() as patched:
        patched.setattr(type(own_site.directory), "marks", fail)
        clock.pump([1.0, 1.0])
    own_site.identity.close_account("ada")
    clock.advance(1.0)
    assert clients["ada"].ended


def test_nothing_is_asked_while_nobody_is_signed_in(own_site, monkeypatch):
    monkeypatch.setattr(type(own_site.directory), "marks", lambda _self: 1 / 0)
    clock = Clock()
    Leavers(frozenset({Client(None)}), own_site.directory, AtOnce(), clock).start()  # type: ignore[arg-type]
    clock.pump([1.0, 1.0, 1.0])
