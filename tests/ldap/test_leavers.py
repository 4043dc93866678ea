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
from dirserver.model.principal import Door, Principal, Proof
from tests.cast import device_of, password_of, principal


class AtOnce:
    """Threads that have done everything already."""

    is_busy = False

    def run(self, work, done):
        try:
            outcome = work()
        except Unavailable:
            outcome = Failure()
        done(outcome)


class Busy:
    """Threads that have no time."""

    is_busy = True


@dataclass(eq=False)
class Client:
    principal: Principal
    ended: list[Code] = field(default_factory=list)

    def drop(self, code: Code, _text: str) -> None:
        self.ended.append(code)


ANYBODY = Principal.anonymous(Door.LDAP)


def signed_in(site, login, secret):
    return Client(site.identity.authenticate(login, secret, door=Door.LDAP, address="127.0.0.1"))


@pytest.fixture
def clients(own_site):
    return {
        "ada": signed_in(own_site, "ada", password_of("ada")),
        "phone": signed_in(own_site, "ada", device_of("ada")),
        "dov": Client(principal(own_site.identity, "dov")),
        "nobody": Client(ANYBODY),
    }


@pytest.fixture
def clock(own_site, clients):
    clock = Clock()
    Leavers(frozenset(clients.values()), own_site.directory, AtOnce(), clock).start()  # type: ignore[arg-type]
    return clock


def test_who_was_closed_is_seen_off_within_a_second_and_nobody_else(own_site, clients, clock):
    clock.pump([1.0, 1.0])
    own_site.identity.close_account("ada")
    clock.advance(1.0)
    assert clients["ada"].ended == clients["phone"].ended == [Code.STRONGER_AUTH_REQUIRED]
    assert clients["dov"].ended == clients["nobody"].ended == []


def test_a_connection_of_a_revoked_device_password_is_ended_and_those_of_others_are_not(own_site, clients, clock):
    other = own_site.identity.add_device_password("dov", label="other")
    clients["dov"].principal = signed_in(own_site, "dov", other).principal
    clock.pump([1.0, 1.0])
    assert clients["phone"].ended == []
    (device,) = own_site.identity.device_passwords("ada")
    own_site.identity.revoke_device_password("ada", device.id)
    clock.advance(1.0)
    assert clients["phone"].ended == [Code.STRONGER_AUTH_REQUIRED]
    assert clients["dov"].ended == []


def test_a_new_main_password_ends_what_the_old_one_opened_and_no_device(own_site, clients, clock):
    clock.pump([1.0, 1.0])
    own_site.identity.set_password("ada", "another long password of hers")
    clock.advance(1.0)
    assert clients["ada"].ended == [Code.STRONGER_AUTH_REQUIRED]
    assert clients["phone"].ended == clients["dov"].ended == []


def test_what_ends_by_the_clock_is_ended_when_it_strikes(own_site):
    now = [1000]
    short = Client(Principal(Door.LDAP, 1, "ada", proof=Proof(0, 7, until_us=2000)))
    clock = Clock()
    Leavers(frozenset({short}), own_site.directory, Busy(), clock, now_us=lambda: now[0]).start()  # type: ignore[arg-type]
    clock.advance(1.0)
    assert short.ended == []
    now[0] = 2000
    clock.advance(1.0)
    assert short.ended == [Code.STRONGER_AUTH_REQUIRED]


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
    Leavers(frozenset({Client(ANYBODY)}), own_site.directory, AtOnce(), clock).start()  # type: ignore[arg-type]
    clock.pump([1.0, 1.0, 1.0])
