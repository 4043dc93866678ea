# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from dirserver.config.certificate import Certificate
from dirserver.listening.stream import Stream
from dirserver.listening.tls import Tls
from tests.certificates import make_certificate


class Reactor(Clock):
    """Notes whom it would tell of what."""

    def __init__(self) -> None:
        super().__init__()
        self.readers: list[object] = []
        self.writers: list[object] = []

    def addReader(self, one: object) -> None:  # noqa: N802
        self.readers.append(one)

    def removeReader(self, one: object) -> None:  # noqa: N802
        self.readers = [other for other in self.readers if other is not one]

    def addWriter(self, one: object) -> None:  # noqa: N802
        self.writers.append(one)

    def removeWriter(self, one: object) -> None:  # noqa: N802
        self.writers = [other for other in self.writers if other is not one]


class Talk:
    """What a protocol is told."""

    def __init__(self) -> None:
        self.heard = b""
        self.told: list[str] = []
        self.pauses_at = b"\0"
        self.stream: Stream | None = None

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self.heard += data
        if self.pauses_at in data and self.stream is not None:
            self.stream.pauseProducing()

    def handshakeCompleted(self) -> None:  # noqa: N802
        self.told.append("shielded")

    def connectionLost(self, _reason: Failure) -> None:  # noqa: N802
        self.told.append("lost")

    def pauseProducing(self) -> None:  # noqa: N802
        self.told.append("pause")

    def resumeProducing(self) -> None:  # noqa: N802
        self.told.append("resume")


class Scene:
    def __init__(self) -> None:
        ours, self.client = socket.socketpair()
        ours.setblocking(False)
        self.reactor = Reactor()
        self.talk = Talk()
        self.stream = self.talk.stream = Stream(ours, "192.0.2.1", self.talk, self.reactor)
        self.stream.registerProducer(self.talk, True)
        self.stream.start()

    def turn(self) -> None:
        """What a reactor does in one turn."""
        self.reactor.advance(0)
        if self.stream in self.reactor.readers:
            self.stream.doRead()
        if self.stream in self.reactor.writers:
            self.stream.doWrite()


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.client.close()
    made.stream.abortConnection()


def test_a_short_answer_is_sent_without_asking_the_kernel_first(scene: Scene) -> None:
    scene.client.send(b"question")
    scene.turn()
    scene.stream.write(b"answer")
    assert scene.client.recv(100) == b"answer"
    assert (scene.talk.heard, scene.reactor.writers, scene.stream.getPeer().host) == (b"question", [], "192.0.2.1")


def test_what_the_kernel_does_not_take_waits_its_turn_in_order(scene: Scene) -> None:
    sent = b"".join(bytes([number]) * 60_000 for number in range(40))
    for at in range(0, len(sent), 60_000):
        scene.stream.write(sent[at : at + 60_000])
    assert scene.talk.told == ["pause"]
    scene.stream.loseConnection()
    assert scene.reactor.readers == []
    scene.client.settimeout(5)
    got = b""
    while len(got) < len(sent):
        got += scene.client.recv(1_000_000)
        scene.turn()
    assert got == sent
    assert scene.talk.told == ["pause", "lost"]
    assert scene.client.recv(1) == b""


def test_who_was_told_to_pause_is_told_when_all_is_taken(scene: Scene) -> None:
    scene.stream.write(b"x" * 2_000_000)
    while scene.talk.told != ["pause", "resume"]:
        scene.client.recv(1_000_000)
        scene.turn()
    assert scene.reactor.writers == []


def test_half_an_end_lets_the_other_half_come(scene: Scene) -> None:
    scene.stream.write(b"x" * 3_000_000)
    assert scene.stream.unsent
    scene.stream.loseWriteConnection()
    scene.stream.loseWriteConnection()
    scene.client.settimeout(5)
    got = 0
    while part := scene.client.recv(1 << 20):
        got += len(part)
        scene.turn()
    assert (got, scene.stream.unsent) == (3_000_000, 0)
    scene.client.send(b"still here")
    scene.turn()
    assert (scene.talk.heard, "lost" in scene.talk.told) == (b"still here", False)


def test_another_thread_may_send_where_nothing_waits_and_nothing_is_over(scene: Scene) -> None:
    assert scene.stream.send_aside(b"aside") == 5
    assert scene.client.recv(100) == b"aside"
    scene.stream.write(b"x" * 3_000_000)
    assert scene.stream.send_aside(b"aside") == 0
    scene.stream.abortConnection()
    assert scene.stream.send_aside(b"aside") == 0


def test_the_end_comes_behind_the_last_answer_and_only_once(scene: Scene) -> None:
    scene.stream.write(b"last")
    scene.stream.loseConnection()
    scene.stream.loseConnection()
    scene.stream.write(b"too late")
    assert scene.client.recv(100) == b"last"
    assert scene.client.recv(100) == b""
    assert (scene.talk.told, scene.stream.fileno(), scene.reactor.readers) == (["lost"], -1, [])


def test_who_is_gone_is_noticed_reading_and_writing(scene: Scene) -> None:
    other = Scene()
    for each in (scene, other):
        each.client.close()
    scene.turn()
    assert scene.talk.told == ["lost"]
    other.stream.write(b"x")
    # Not while the protocol is in the middle of something.
    assert other.talk.told == []
    other.turn()
    assert other.talk.told == ["lost"]


def test_nothing_is_read_while_it_pauses(scene: Scene) -> None:
    scene.stream.pauseProducing()
    scene.client.send(b"question")
    scene.turn()
    assert scene.talk.heard == b""
    scene.stream.resumeProducing()
    scene.turn()
    assert scene.talk.heard == b"question"


class Shielded(Scene):
    """With TLS from now on; the client's half is OpenSSL between two buffers."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        files = make_certificate(folder)
        self.stream.startTLS(Tls(Certificate(files.certificate, files.key, "ldap")))
        trusting = ssl.create_default_context(cafile=str(files.certificate))
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = trusting.wrap_bio(self._in, self._out, server_hostname="localhost")
        self.client.settimeout(5)

    def shake(self) -> None:
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.send()
                self.turn()
                self._in.write(self.client.recv(65536))
            else:
                self.send()
                return

    def send(self) -> None:
        if self._out.pending:
            self.client.sendall(self._out.read())

    def hear(self) -> bytes:
        while True:
            try:
                return self.tls.read(100_000)
            except ssl.SSLWantReadError:
                data = self.client.recv(65536)
                assert data
                self._in.write(data)
                self.turn()


@pytest.fixture
def shielded(tmp_path: Path) -> Iterator[Shielded]:
    made = Shielded(tmp_path)
    yield made
    made.client.close()
    made.stream.abortConnection()


def test_under_tls_everything_goes_both_ways(shielded: Shielded) -> None:
    shielded.stream.write(b"nobody could read this")
    shielded.shake()
    # Tickets wait for the first answer, and what comes right behind the handshake counts.
    shielded.tls.write(b"question")
    shielded.send()
    shielded.turn()
    assert (shielded.talk.told, shielded.talk.heard) == (["shielded"], b"question")
    shielded.stream.write(b"a" * 300_000)
    heard = b""
    while len(heard) < 300_000:
        heard += shielded.hear()
    assert heard == b"a" * 300_000
    shielded.stream.loseConnection()
    # It says that this is the end: nobody on the way can cut an answer short.
    assert shielded.hear() == b""


def test_what_came_under_tls_waits_where_it_is_while_it_pauses(shielded: Shielded) -> None:
    shielded.shake()
    for part in (b"one", b"\0two", b"three"):
        shielded.tls.write(part)
    shielded.send()
    shielded.turn()
    assert shielded.talk.heard == b"one\0two"
    shielded.stream.resumeProducing()
    assert shielded.talk.heard == b"one\0two"
    shielded.turn()
    assert shielded.talk.heard == b"one\0twothree"


def test_what_is_no_tls_ends_it(tmp_path: Path) -> None:
    for octets, told in ((b"\x16\x03", []), (b"\x30\x0c\x02\x01\x01", ["lost"]), (b"\x16\x03\x01\x00\x05hello", ["lost"])):
        scene = Shielded(tmp_path)
        scene.client.send(octets)
        scene.turn()
        assert scene.talk.told == told
        scene.client.close()
        scene.stream.abortConnection()


def test_the_clients_own_end_is_an_end(shielded: Shielded) -> None:
    shielded.shake()
    shielded.turn()
    with pytest.raises(ssl.SSLWantReadError):
        shielded.tls.unwrap()
    shielded.send()
    shielded.turn()
    assert shielded.talk.told == ["shielded", "lost"]
