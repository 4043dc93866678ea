# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody leaves on a day to come: nothing opens from then on, and it is carried out once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from dirserver.directory.offboarding import Offboarded
from dirserver.errors import BadInput, Conflict, NotAllowed, NotAuthenticated, NotFound
from dirserver.identity.tokens import Tokens, TokenScope
from dirserver.model.audit import Action
from dirserver.model.principal import Door
from dirserver.store.schema.audit_tables import audit_event
from tests.cast import Company, device_of, entry_of, password_of
from tests.parts import KEY, CoreParts


def leave_in(parts: CoreParts, company: Company, seconds: float, login: str = "ada", handover_to: str | None = "bruno") -> None:
    at = datetime.fromtimestamp(parts.clock() / 1_000_000, UTC) + timedelta(seconds=seconds)
    with parts.directory.writing(company.system) as writing:
        writing.departures.schedule(login, at, handover_to=handover_to)


def carry_out(parts: CoreParts, company: Company) -> list[Offboarded]:
    done = []
    for number in parts.directory.departures_due():
        with parts.directory.writing(company.system) as writing:
            one = writing.departures.carry_out(number)
        if one is not None:
            done.append(one)
    return done


def test_from_that_moment_on_nothing_opens_though_no_server_has_carried_it_out(parts: CoreParts, company: Company) -> None:
    tokens = Tokens(parts.store, KEY, clock=parts.clock)
    token = tokens.add("ada", label="cron", scopes=[TokenScope.READ])
    session = parts.identity.open_session(company.ada, address="")
    secrets = {(door, secret) for door in (Door.DAV, Door.LDAP) for secret in (device_of("ada"), password_of("ada"))}
    leave_in(parts, company, 30)
    for door, secret in secrets:
        known = parts.identity.authenticate("ada", secret, door=door, address="")
        assert known.proof is not None
        assert known.proof.until_us == parts.clock() + 30 * 1_000_000
    tokens.shown(token, address="")
    assert parts.identity.session(session) is not None
    assert parts.identity.account("ada").is_active
    parts.clock.pass_s(30)
    for door, secret in secrets:
        assert parts.identity.recalled("ada", secret, door=door, address="") is None
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate("ada", secret, door=door, address="")
    with pytest.raises(NotAuthenticated):
        tokens.shown(token, address="")
    assert parts.identity.session(session) is None
    assert not parts.identity.account("ada").is_active
    with pytest.raises(NotAuthenticated):
        parts.identity.open_session(company.ada, address="")


def test_it_is_carried_out_when_it_is_due_with_the_successor_that_was_named(parts: CoreParts, company: Company) -> None:
    leave_in(parts, company, 60)
    assert carry_out(parts, company) == []
    parts.clock.pass_s(60)
    (done,) = carry_out(parts, company)
    assert (done.login, done.is_archived, done.books) == ("ada", True, ("~ada",))
    assert entry_of(parts.directory, company.system, "zoe").manager.name == "bruno"
    assert carry_out(parts, company) == []
    parts.identity.reopen_account("ada")
    assert parts.identity.account("ada").leaves_at is None
    with parts.store.reading() as tx:
        actions = [row.action for row in tx.connection.execute(audit_event.select())]
    assert actions.count(Action.OFFBOARDING_SET) == actions.count(Action.ACCOUNT_OFFBOARDED) == 1


def test_two_nodes_carry_it_out_once(parts: CoreParts, company: Company) -> None:
    leave_in(parts, company, 1)
    parts.clock.pass_s(1)
    (number,) = parts.directory.departures_due()
    done: list[Offboarded | None] = []

    def node() -> None:
        with parts.directory.writing(company.system) as writing:
            done.append(writing.departures.carry_out(number))

    nodes = [threading.Thread(target=node) for _ in range(3)]
    for one in nodes:
        one.start()
    for one in nodes:
        one.join(60)
    assert sorted(one is None for one in done) == [False, True, True]


def test_it_can_be_put_off_and_taken_back(parts: CoreParts, company: Company) -> None:
    leave_in(parts, company, 10)
    leave_in(parts, company, 100)
    parts.clock.pass_s(50)
    assert parts.identity.account("ada").leaves_at is not None
    assert carry_out(parts, company) == []
    with parts.directory.writing(company.system) as writing:
        writing.departures.cancel("ada")
    parts.clock.pass_s(100)
    assert carry_out(parts, company) == []
    assert parts.identity.authenticate("ada", device_of("ada"), door=Door.DAV, address="").login == "ada"
    with pytest.raises(Conflict, match="no day is set"), parts.directory.writing(company.system) as writing:
        writing.departures.cancel("ada")


def test_a_successor_who_has_left_before_keeps_nobody(parts: CoreParts, company: Company) -> None:
    leave_in(parts, company, 10)
    parts.identity.close_account("bruno")
    parts.clock.pass_s(10)
    (done,) = carry_out(parts, company)
    assert done.books == ()
    assert {one.successor for one in done.referrals} == {None}


def test_what_can_not_be_is_refused_and_changes_nothing(parts: CoreParts, company: Company) -> None:
    with pytest.raises(BadInput, match="over"):
        leave_in(parts, company, 0)
    with pytest.raises(BadInput, match="who leaves"):
        leave_in(parts, company, 10, handover_to="ada")
    with pytest.raises(NotFound):
        leave_in(parts, company, 10, "nemo")
    with pytest.raises(Conflict, match="only administrator"):
        leave_in(parts, company, 10, "admin")
    parts.identity.close_account("dov")
    with pytest.raises(Conflict, match="closed"):
        leave_in(parts, company, 10, "dov")
    at = datetime.fromtimestamp(parts.clock() / 1_000_000, UTC) + timedelta(days=1)
    for do in (lambda writing: writing.departures.schedule("esme", at), lambda writing: writing.departures.cancel("esme")):
        with pytest.raises(NotAllowed), parts.directory.writing(company.chika) as writing:
            do(writing)
    assert all(one.leaves_at is None for one in parts.identity.accounts())
