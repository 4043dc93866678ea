# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from dirserver.ldap.session import Site
from dirserver.ldap.tally import Tally
from dirserver.ldap.wire.message import BindRequest, ExtendedRequest
from tests.ldap.dialogue import Dialogue, bind_of

WHO_AM_I = ExtendedRequest("1.3.6.1.4.1.4203.1.11.3")
GONE = Failure(ConnectionDone())


@pytest.fixture
def two() -> Tally[int]:
    return Tally(2)


def test_each_key_has_as_many_as_it_may_and_none_costs_nothing() -> None:
    tally = Tally[str](2)
    assert [tally.admit("a") for _ in range(3)] == [True, True, False]
    assert tally.admit("b")
    tally.release("a")
    assert tally.admit("a")
    for key in ("a", "a", "b"):
        tally.release(key)
    assert len(tally) == 0


def test_one_account_has_as_many_connections_as_it_may_and_the_next_is_told_why(site: Site, two: Tally[int]) -> None:
    first, second, third = (Dialogue(site, accounts=two) for _ in range(3))
    assert [each.bind("ada").code for each in (first, second)] == [0, 0]
    # Known a moment ago, and known by its hash: the same answer.
    for client in (third, Dialogue(site, accounts=two, is_eager=False)):
        client.send(client.message(bind_of("ada")))
        client.binds.release()
    refused = third.bind("ada")
    assert refused.code == 11
    assert "max_connections_per_account" in refused.text
    (nobody,) = third.ask(WHO_AM_I)
    assert nobody.value in {None, b""}
    assert third.bind("ada", "wrong").code == 49
    assert third.bind("dov").code == 0
    first.connection.connectionLost(GONE)
    assert third.bind("ada").code == 0


def test_a_refusal_after_the_password_was_checked_in_a_thread_leaves_nobody(site: Site, two: Tally[int]) -> None:
    for _ in range(2):
        assert Dialogue(site, accounts=two).bind("ada").code == 0
    far = Dialogue(site, accounts=two, is_eager=False)
    far.send(far.message(bind_of("ada")))
    far.binds.release()
    (refused,) = far.answers()
    assert refused.code == 11
    assert far.connection.principal.is_anonymous


def test_who_signs_in_again_on_a_connection_takes_no_second_place(site: Site) -> None:
    one = Tally[int](1)
    dialogue = Dialogue(site, accounts=one)
    assert [dialogue.bind("ada").code for _ in range(3)] == [0, 0, 0]
    dialogue.bind("dov")
    assert Dialogue(site, accounts=one).bind("ada").code == 0
    dialogue.ask(BindRequest(3, "", b""))
    assert Dialogue(site, accounts=one).bind("dov").code == 0


def test_a_bind_that_fails_gives_the_place_back(site: Site, two: Tally[int]) -> None:
    dialogue = Dialogue(site, accounts=two)
    dialogue.bind("ada")
    assert dialogue.bind("ada", "wrong").code == 49
    assert len(two) == 0


def test_who_leaves_while_the_password_is_checked_takes_no_place(site: Site, two: Tally[int]) -> None:
    dialogue = Dialogue(site, accounts=two, is_eager=False)
    dialogue.send(dialogue.message(bind_of("ada")))
    dialogue.connection.connectionLost(GONE)
    dialogue.binds.release()
    assert len(two) == 0


def test_nobody_in_particular_needs_no_place(site: Site) -> None:
    none = Tally[int](0)
    for _ in range(3):
        (answer,) = Dialogue(site, accounts=none).ask(BindRequest(3, "", b""))
        assert answer.code == 0
