# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
from unittest.mock import Mock

import pytest
from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import Protocol
from zope.interface import implementer

from dirserver.ldap.prompt import PromptServer


@implementer(IPushProducer)
class Producer:
    """Told when to pause."""

    def __init__(self):
        self.told = []

    def pauseProducing(self):  # noqa: N802
        self.told.append("pause")

    def resumeProducing(self):  # noqa: N802
        self.told.append("resume")

    def stopProducing(self):  # noqa: N802
        """Never called here."""


@pytest.fixture
def pair():
    """A server's end whose reactor only notes what is asked of it, and the client's socket."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    reactor = Mock()
    server = PromptServer(ours, Protocol(), ("127.0.0.1", 1), Mock(), 1, reactor)
    server.connected = True
    reactor.reset_mock()
    yield server, theirs, reactor
    theirs.close()
    ours.close()


def test_a_short_answer_is_sent_without_asking_the_kernel_first(pair):
    server, client, reactor = pair
    server.write(b"answer")
    assert client.recv(100) == b"answer"
    reactor.addWriter.assert_not_called()


def test_what_the_kernel_does_not_take_waits_its_turn_in_order(pair):
    server, client, reactor = pair
    producer = Producer()
    server.registerProducer(producer, True)
    sent = b"".join(bytes([number]) * 60_000 for number in range(40))
    for at in range(0, len(sent), 60_000):
        server.write(sent[at : at + 60_000])
    reactor.addWriter.assert_called_with(server)
    assert set(producer.told) == {"pause"}
    got = b""
    client.setblocking(False)
    while len(got) < len(sent):
        try:
            got += client.recv(1_000_000)
        except BlockingIOError:
            server.doWrite()
    assert got == sent
    assert producer.told[-1] == "resume"


def test_the_end_comes_behind_the_last_answer(pair):
    server, client, reactor = pair
    server.write(b"last")
    server.loseConnection()
    assert client.recv(100) == b"last"
    reactor.addWriter.assert_called_with(server)
