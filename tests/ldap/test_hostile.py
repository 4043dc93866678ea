# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes other LDAP servers down, sent to a listening process; after each, others are served as before."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dirserver.ldap.wire.ber import element, integer
from dirserver.ldap.wire.message import BindRequest, ExtendedRequest, Message, Operation, Scope, SearchRequest
from dirserver.model.filter import Equality, Present
from tests.cast import password_of
from tests.ldap.conftest import Server
from tests.ldap.speech import Answer, boolean, decode_answers, encode_message, sequence, text

pytestmark = pytest.mark.e2e

PRESENT = text("cn", 0x87)


def receive(client: socket.socket, count: int) -> list[Answer]:
    """Read until ``count`` results (not entries) have come, or the server closes."""
    octets = b""
    while True:
        with contextlib.suppress(Exception):
            answers = decode_answers(octets)
            if sum(answer.code is not None for answer in answers) >= count:
                return answers
        with contextlib.suppress(ConnectionResetError):
            more = client.recv(65536)
            if more:
                octets += more
                continue
        return decode_answers(octets)


def ask(client: socket.socket, *operations: Operation) -> list[Answer]:
    client.sendall(b"".join(encode_message(Message(number, operation)) for number, operation in enumerate(operations, 1)))
    return receive(client, len(operations))


@pytest.fixture(autouse=True)
def healthy(server: Server) -> Iterator[None]:
    """After each test somebody else signs in, finds Ada, and is told the rest."""
    yield
    with server.connect() as probe:
        answers = ask(
            probe,
            SearchRequest("", Scope.BASE, Present("objectClass")),
            BindRequest(3, "dov", password_of("dov").encode()),
            SearchRequest("dc=example,dc=com", Scope.SUBTREE, Equality("uid", "ada")),
        )
    assert [answer.code for answer in answers] == [None, 0, 0, None, 0]
    assert server.process.poll() is None


def search(filter_: bytes, attributes: bytes = sequence()) -> bytes:
    head = text("dc=example,dc=com") + integer(2, b"\x0a") + integer(0, b"\x0a") + integer(0) + integer(0) + boolean(False)
    return sequence(integer(1), sequence(head, filter_, attributes, tag=0x63))


def nested(depth: int) -> bytes:
    octets = PRESENT
    for _ in range(depth):
        octets = sequence(octets, tag=0xA2)
    return octets


@pytest.mark.parametrize(
    "octets",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80\x02\x01\x01\x42\x00\x00\x00",
        b"\x00" * 1000,
        bytes.fromhex("300c02010161070a010004000400"),
        sequence(integer(0), b"\x42\x00"),
        b"\x30\x84\x01\x4f\xb1\x80" + b"A" * 50_000,
        sequence(integer(1), b"\x42\x00", sequence(*[sequence(text("1.2"))] * 500, tag=0xA0)),
    ],
)
def test_garbage_gets_a_notice_and_the_door(server: Server, octets: bytes) -> None:
    with server.connect() as client:
        client.sendall(octets)
        (notice,) = receive(client, 99)
    assert (notice.id, notice.oid) == (0, "1.3.6.1.4.1.1466.20036")


@pytest.mark.parametrize(
    "octets, code",
    [
        (search(nested(3000)), 11),
        (search(sequence(*[PRESENT] * 5000, tag=0xA1)), 11),
        (search(PRESENT, sequence(*[text("jpegPhoto")] * 1000)), 11),
        (search(sequence(text("cn"), sequence(tag=0x30), tag=0xA4)), 2),
        (search(sequence(text("cn"), sequence(*[text("a", 0x81)] * 5000), tag=0xA4)), 11),
        (sequence(integer(1), sequence(text(",".join(["cn=x"] * 2000)), sequence(text("cn"), text("x")), tag=0x6E)), 34),
        (sequence(integer(1), element(b"\x77", text("1.2.3", 0x80))), 2),
    ],
)
def test_excess_is_answered_and_the_connection_lives(server: Server, octets: bytes, code: int) -> None:
    with server.connect() as client:
        client.sendall(octets)
        assert [answer.code for answer in receive(client, 1)] == [code]
        assert ask(client, ExtendedRequest("1.3.6.1.4.1.4203.1.11.3"))[0].code == 0


def test_a_sasl_bind_without_a_name_is_no_way_in(server: Server) -> None:
    with server.connect() as client:
        bind = BindRequest(3, "", None, "GSSAPI", b"anything")
        answers = ask(client, bind, ExtendedRequest("1.3.6.1.4.1.4203.1.11.3"))
    assert [(answer.code, answer.value) for answer in answers] == [(7, None), (0, b"")]


def test_a_huge_attribute_list_is_refused_before_it_is_read(server: Server) -> None:
    with server.connect() as client, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(search(PRESENT, sequence(*[text(f"attribute{number}") for number in range(100_000)])))
        answers = receive(client, 99)
        assert [answer.code for answer in answers] == [11]


def test_many_octets_that_trickle_hold_nobody_up(server: Server) -> None:
    clients = [server.connect() for _ in range(50)]
    try:
        for client in clients:
            client.sendall(b"\x30\x82\x40\x00\x02\x01")
        with server.connect() as other:
            assert ask(other, ExtendedRequest("1.3.6.1.4.1.4203.1.11.3"))[0].code == 0
    finally:
        for client in clients:
            client.close()


def resident_bytes(process_id: int) -> int:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError


def test_a_client_that_asks_and_never_reads_takes_no_memory(server: Server) -> None:
    request = encode_message(Message(1, SearchRequest("", Scope.BASE, Present("objectClass"), ("*", "+"))))
    before = resident_bytes(server.process.pid)
    with server.connect() as client:
        client.settimeout(1)
        with contextlib.suppress(TimeoutError):
            for _ in range(20):
                client.sendall(request * 2000)
        with server.connect() as other:
            assert ask(other, ExtendedRequest("1.3.6.1.4.1.4203.1.11.3"))[0].code == 0
        assert resident_bytes(server.process.pid) - before < 40_000_000


def test_many_wrong_passwords_keep_no_search_waiting(server: Server) -> None:
    def guess(number: int) -> None:
        with server.connect() as client:
            ask(client, BindRequest(3, f"guessed-{number}", b"wrong"))

    guesses = [threading.Thread(target=guess, args=(number,)) for number in range(24)]
    with server.connect() as client:
        assert ask(client, BindRequest(3, "dov", password_of("dov").encode()))[0].code == 0
        for one in guesses:
            one.start()
        assert len(ask(client, SearchRequest("dc=example,dc=com", Scope.SUBTREE, Equality("uid", "ada")))) == 2
    for one in guesses:
        one.join()


def test_clients_that_vanish_in_the_middle_leave_nothing_behind(server: Server) -> None:
    for cut in (1, 5, 30, 60):
        with server.connect() as client:
            whole = encode_message(Message(1, BindRequest(3, "dov", password_of("dov").encode())))
            whole += encode_message(Message(2, SearchRequest("dc=example,dc=com", Scope.SUBTREE, Present("objectClass"))))
            client.sendall(whole[:cut] if cut < 60 else whole)
