# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import element
from dirserver.ldap.wire.message import (
    AbandonRequest,
    BindRequest,
    Control,
    DeleteRequest,
    ExtendedRequest,
    Message,
    Scope,
    UnbindRequest,
)
from dirserver.model.filter import Equality, Not, Present
from tests.ldap.dialogue import Dialogue, bind_of, far_away, search_of
from tests.ldap.speech import Answer, encode_message

WHO_AM_I = ExtendedRequest("1.3.6.1.4.1.4203.1.11.3")
ROOT = search_of("", scope=Scope.BASE)
ADA = search_of(wanted=Equality("uid", "ada"))


@pytest.fixture
def site(site: Site) -> Site:
    """Without what others asked before, which would be answered without any thread."""
    return far_away(site)


@pytest.fixture
def dialogue(site: Site) -> Dialogue:
    return Dialogue(site)


@pytest.fixture
def held(site: Site) -> Dialogue:
    return Dialogue(site, is_eager=False)


def codes(answers: list[Answer]) -> list[tuple[int, int | None]]:
    return [(answer.id, answer.code) for answer in answers]


def test_a_bind_and_a_search(dialogue: Dialogue) -> None:
    assert dialogue.bind("ada").code == 0
    entry, done = dialogue.ask(ADA)
    assert entry.dn == "uid=ada,ou=people,dc=example,dc=com"
    assert (done.id, done.code) == (2, 0)


def test_requests_may_come_in_pieces_and_in_heaps(dialogue: Dialogue) -> None:
    stream = b"".join(dialogue.message(operation) for operation in (bind_of("ada"), ADA, WHO_AM_I, ROOT))
    found = []
    for at in range(0, len(stream), 7):
        found += dialogue.send(stream[at : at + 7])
    assert [answer.id for answer in found] == [1, 2, 2, 3, 4, 4]
    again = dialogue.send(b"".join(dialogue.message(WHO_AM_I) for _ in range(500)))
    assert len(again) == 500
    assert {answer.value for answer in again} == {b"dn:uid=ada,ou=people,dc=example,dc=com"}


def test_what_is_behind_a_bind_waits_for_it(held: Dialogue) -> None:
    assert held.send(held.message(bind_of("ada")) + held.message(WHO_AM_I) + held.message(ROOT)) == []
    assert not held.work.waiting
    held.binds.release()
    assert [answer.id for answer in held.answers()] == [1, 3, 3]
    held.work.release()
    (who,) = held.answers()
    assert who.value == b"dn:uid=ada,ou=people,dc=example,dc=com"


def test_a_bind_waits_for_what_is_before_it(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")))
    held.binds.release()
    held.answers()
    held.send(held.message(WHO_AM_I) + held.message(bind_of("dov")) + held.message(WHO_AM_I))
    assert not held.binds.waiting
    held.work.release()
    (first,) = held.answers()
    assert first.value == b"dn:uid=ada,ou=people,dc=example,dc=com"
    held.binds.release()
    held.work.release()
    assert [answer.value for answer in held.answers()] == [None, b"dn:uid=dov,ou=people,dc=example,dc=com"]


def test_a_failed_bind_makes_the_connection_anonymous(dialogue: Dialogue) -> None:
    assert dialogue.bind("ada").code == 0
    assert dialogue.bind("ada", "wrong").code == 49
    assert [answer.value for answer in dialogue.ask(WHO_AM_I)] == [b""]
    assert codes(dialogue.ask(ADA)) == [(4, 50)]


def test_an_unreadable_bind_makes_the_connection_anonymous(dialogue: Dialogue) -> None:
    dialogue.bind("ada")
    assert codes(dialogue.send(bytes.fromhex("3005020102" + "6000"))) == [(2, 2)]
    assert [answer.value for answer in dialogue.ask(WHO_AM_I)] == [b""]


def test_an_abandoned_search_has_no_answer(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")))
    held.binds.release()
    held.answers()
    assert held.send(held.message(ADA) + held.message(ADA) + held.message(AbandonRequest(2))) == []
    held.work.release()
    assert [answer.id for answer in held.answers()] == [3, 3]


def test_abandoning_what_waits_and_what_is_unknown_is_silent(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")) + held.message(ADA) + held.message(AbandonRequest(2)) + held.message(AbandonRequest(99)))
    held.binds.release()
    held.work.release()
    assert codes(held.answers()) == [(1, 0)]
    assert not held.is_closed


def test_a_bind_can_not_be_abandoned(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")) + held.message(AbandonRequest(1)))
    held.binds.release()
    assert codes(held.answers()) == [(1, 0)]


def test_unbind_ends_the_connection_without_a_word(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")))
    held.binds.release()
    held.answers()
    assert held.send(held.message(ADA) + held.message(UnbindRequest()) + held.message(ROOT)) == []
    assert held.is_closed
    held.work.release()
    assert held.answers() == []


def test_work_that_ends_after_the_client_left_disturbs_nobody(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")) + held.message(ADA))
    held.connection.connectionLost(Failure(ConnectionDone()))
    held.binds.release()
    held.work.release()
    assert held.gone == [held.connection]
    assert held.clock.getDelayedCalls() == []


@pytest.mark.parametrize(
    "octets, says",
    [
        (b"GET / HTTP/1.1\r\n\r\n", "this is not LDAP"),
        (b"\x16\x03\x01\x02\x00", "TLS"),
        (b"\x30\x80", "indefinite"),
        (b"\x30\x84\xff\xff\xff\xff", "65536 octets"),
        (b"\x30\x84\x00\x01\x00\x01", "65536 octets"),
        (bytes.fromhex("30050201004200"), ""),
        (bytes.fromhex("3005020101" + "6100"), "no request"),
        (bytes.fromhex("30050201014201"), "longer"),
    ],
)
def test_garbage_is_told_so_and_cut_off(dialogue: Dialogue, octets: bytes, says: str) -> None:
    (notice,) = dialogue.send(octets)
    assert (notice.id, notice.tag, notice.oid) == (0, 0x78, "1.3.6.1.4.1.1466.20036")
    assert notice.code in {2, 11}
    assert says in notice.text
    assert dialogue.is_closed
    assert dialogue.send(dialogue.message(ROOT)) == []


def test_what_came_before_garbage_is_answered_if_it_can_be_at_once(dialogue: Dialogue) -> None:
    found = dialogue.send(dialogue.message(ROOT) + b"\x00")
    assert [answer.id for answer in found] == [1, 1, 0]


def test_larger_messages_are_for_those_who_signed_in(site: Site) -> None:
    large = element(b"\x30", b"\x02\x01\x09\x63\x84" + (70_000).to_bytes(4, "big") + b"\x00" * 70_000)
    nobody = Dialogue(site)
    assert nobody.send(large)[0].oid is not None
    ada = Dialogue(site)
    ada.bind("ada")
    assert codes(ada.send(large)) == [(9, 2)]
    assert not ada.is_closed


def test_a_known_request_with_bad_contents_is_answered_and_the_connection_goes_on(dialogue: Dialogue) -> None:
    nested = Present("cn")
    for _ in range(60):
        nested = Not(nested)
    assert codes(dialogue.ask(search_of(wanted=nested))) == [(1, 11)]
    assert [answer.code for answer in dialogue.ask(ROOT)][-1] == 0


def test_bad_names_and_controls_are_answered_at_once(dialogue: Dialogue) -> None:
    dialogue.bind("ada")
    assert codes(dialogue.ask(search_of("no dn")))[0][1] == 34
    assert codes(dialogue.ask(DeleteRequest("no dn")))[0][1] == 34
    critical = encode_message(Message(9, ADA, (Control("1.2.3", is_critical=True),)))
    (refused,) = dialogue.send(critical)
    assert (refused.code, refused.tag) == (12, 0x65)
    bind = encode_message(Message(10, bind_of("ada"), (Control("1.2.3", is_critical=True),)))
    assert codes(dialogue.send(bind)) == [(10, 12)]


def test_a_silent_client_is_sent_away(dialogue: Dialogue) -> None:
    dialogue.clock.advance(59)
    assert not dialogue.is_closed
    dialogue.clock.advance(2)
    (notice,) = dialogue.answers()
    assert notice.oid == "1.3.6.1.4.1.1466.20036"
    assert dialogue.is_closed


def test_octets_that_never_become_a_message_do_not_count_as_life(dialogue: Dialogue) -> None:
    dialogue.send(b"\x30\x20")
    for _ in range(10):
        dialogue.clock.advance(8)
        dialogue.send(b"\x00")
    assert dialogue.is_closed


def test_who_signed_in_may_be_silent_for_longer(dialogue: Dialogue) -> None:
    dialogue.bind("ada")
    dialogue.ask(WHO_AM_I)
    dialogue.clock.advance(800)
    assert not dialogue.is_closed
    dialogue.ask(WHO_AM_I)
    dialogue.clock.advance(901)
    assert dialogue.is_closed


def test_waiting_for_an_answer_is_not_silence(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")))
    held.clock.advance(70)
    assert not held.is_closed
    held.binds.release()
    assert codes(held.answers()) == [(1, 0)]


def test_too_many_requests_wait_outside(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")))
    held.send(b"".join(held.message(WHO_AM_I) for _ in range(150)))
    assert held.wire.producerState == "paused"
    held.binds.release()
    while held.work.waiting:
        held.work.release()
    assert [answer.id for answer in held.answers()] == list(range(1, 152))
    assert held.wire.producerState == "producing"


def test_a_slow_reader_is_waited_for_and_then_given_up(site: Site) -> None:
    dialogue = Dialogue(site)
    dialogue.bind("ada")
    dialogue.wire.limit = 1000
    for _ in range(20):
        dialogue.connection.dataReceived(dialogue.message(search_of()))
    kept = len(dialogue.wire.value())
    assert kept < 10_000
    assert dialogue.wire.producerState == "paused"
    dialogue.clock.advance(20)
    octets = b""
    while dialogue.wire.value():
        octets += dialogue.wire.drain()
    assert not dialogue.wire.is_aborted
    assert len(octets) > 10 * kept
    for _ in range(20):
        dialogue.connection.dataReceived(dialogue.message(search_of()))
    dialogue.clock.advance(31)
    assert dialogue.wire.is_aborted


def test_a_client_that_does_not_take_the_last_octets_is_cut_off(dialogue: Dialogue) -> None:
    dialogue.send(b"\x00")
    assert dialogue.is_closed
    assert not dialogue.wire.is_aborted
    dialogue.clock.advance(31)
    assert dialogue.wire.is_aborted


def test_a_busy_server_says_so(dialogue: Dialogue) -> None:
    dialogue.binds.is_busy = True
    assert dialogue.bind("ada").code == 51
    dialogue.binds.is_busy = False
    dialogue.bind("ada")
    dialogue.work.is_busy = True
    assert [answer.code for answer in dialogue.ask(ADA)] == [51]
    assert [answer.code for answer in dialogue.ask(ROOT)][-1] == 0


class Broken:
    """A directory whose every question fails with something that nobody may read."""

    answers_at_once = False

    def reading(self, principal: object) -> object:
        raise RuntimeError("password=hunter2 in /etc/secret")

    def authenticate(self, *arguments: object, **options: object) -> object:
        raise RuntimeError("password=hunter2 in /etc/secret")


def test_what_breaks_inside_stays_inside(site: Site) -> None:
    dialogue = Dialogue(site)
    dialogue.bind("ada")
    dialogue.connection._site = replace(site, directory=Broken(), identity=Broken())  # type: ignore[arg-type]
    for operation in (ADA, WHO_AM_I):
        (answer,) = dialogue.ask(operation)
        assert answer.code == 80
        assert "hunter2" not in answer.text
    answer = dialogue.bind("dov")
    assert answer.code == 80
    assert "hunter2" not in answer.text
    assert [answer.code for answer in dialogue.ask(ADA)] == [50]


def test_a_stopping_server_finishes_what_runs(held: Dialogue) -> None:
    held.send(held.message(bind_of("ada")))
    held.connection.leave()
    assert not held.is_closed
    held.binds.release()
    answer, notice = held.answers()
    assert (answer.id, answer.code) == (1, 0)
    assert notice.oid == "1.3.6.1.4.1.1466.20036"
    assert held.is_closed


def test_a_stopping_server_sends_idle_clients_away_at_once(dialogue: Dialogue) -> None:
    dialogue.connection.leave()
    assert dialogue.is_closed
    assert dialogue.answers()[0].code == 52


def test_a_password_from_another_machine_needs_tls(site: Site) -> None:
    far = Dialogue(site, address="192.0.2.7")
    assert far.bind("ada").code == 13
    open_site = replace(site, config=replace(site.config, ldap=replace(site.config.ldap, allow_plain_bind=True)))
    assert Dialogue(open_site, address="192.0.2.7").bind("ada").code == 0
    (anonymous,) = far.ask(BindRequest(3, "", b""))
    assert anonymous.code == 0


def test_a_connection_that_is_over_leaves_nothing_to_the_collector_of_cycles(site: Site) -> None:
    for octets in (b"\x30\x05\x02\x01\x03\x42\x00", b"\x30\x05\x02\x01\x03\x42\x00" * 2, b"no LDAP"):
        talk = Dialogue(site)
        talk.bind("ada")
        talk.send(octets)
        assert talk.is_closed
        talk.connection.connectionLost()
        gone = weakref.ref(talk.connection)
        talk.gone.clear()
        gc.collect()
        gc.disable()
        try:
            del talk
            assert gone() is None
        finally:
            gc.enable()
