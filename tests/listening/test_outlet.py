# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from dirserver.listening.outlet import Outlet
from tests.ldap.dialogue import Wire


class Scene:
    def __init__(self) -> None:
        self.wire = Wire()
        self.clock = Clock()
        self.told: list[str] = []
        self.outlet = Outlet(
            self.wire,  # type: ignore[arg-type]
            self.clock,
            30,
            on_drained=lambda: self.told.append("drained"),
            on_stall=lambda: self.told.append("stalled"),
        )

    def write(self, data: bytes) -> None:
        self.outlet.promise(len(data))
        self.outlet.write(data)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_while_the_reader_keeps_up_everything_goes_out(scene: Scene) -> None:
    scene.write(b"one")
    scene.write(b"two")
    assert scene.wire.value() == b"onetwo"
    assert scene.outlet.unsent_bytes == 0


def test_what_a_slow_reader_does_not_take_is_kept_in_order(scene: Scene) -> None:
    scene.wire.limit = 5
    for number in range(10):
        scene.write(f"part {number}.".encode())
    assert scene.outlet.is_clogged
    assert scene.wire.value() == b"part 0."
    assert scene.outlet.unsent_bytes == 63
    taken = b""
    while scene.wire.value():
        taken += scene.wire.drain()
    assert taken == b"".join(f"part {number}.".encode() for number in range(10))
    assert scene.told == ["drained"]
    assert scene.clock.getDelayedCalls() == []


def test_a_large_piece_goes_out_in_smaller_ones(scene: Scene) -> None:
    scene.wire.limit = 1000
    data = bytes(range(256)) * 4096
    scene.write(data)
    assert len(scene.wire.value()) < len(data)
    taken = b""
    while scene.wire.value():
        taken += scene.wire.drain()
    assert taken == data


def test_a_reader_that_takes_nothing_is_told_of_once(scene: Scene) -> None:
    scene.wire.limit = 1
    scene.write(b"first")
    scene.write(b"second")
    scene.clock.advance(29)
    assert scene.told == []
    scene.clock.advance(2)
    assert scene.told == ["stalled"]


def test_finishing_hands_over_what_is_kept(scene: Scene) -> None:
    scene.wire.limit = 1
    scene.write(b"first")
    scene.write(b"second")
    scene.outlet.finish()
    assert scene.wire.value() == b"firstsecond"
    assert scene.wire.producer is None
    scene.outlet.finish()
    scene.write(b"late")
    assert scene.wire.value() == b"firstsecond"
    scene.outlet.resumeProducing()
    scene.outlet.pauseProducing()
    scene.clock.advance(100)
    assert scene.told == []


def test_a_closed_one_keeps_nothing(scene: Scene) -> None:
    scene.wire.limit = 1
    scene.write(b"first")
    scene.outlet.stopProducing()
    scene.write(b"second")
    assert scene.wire.value() == b"first"
    assert scene.clock.getDelayedCalls() == []


def test_what_is_answered_in_one_go_is_sent_as_one_piece(scene: Scene) -> None:
    pieces: list[bytes] = []
    scene.wire.write = pieces.append  # type: ignore[method-assign]
    scene.outlet.hold()
    for number in range(3):
        scene.outlet.put(f"part {number}.".encode())
    assert pieces == []
    scene.outlet.let_go()
    assert pieces == [b"part 0.part 1.part 2."]
    scene.outlet.put(b"alone")
    assert pieces[1:] == [b"alone"]
    assert scene.outlet.unsent_bytes == 0


def test_what_is_held_does_not_grow_for_long_and_goes_out_in_order(scene: Scene) -> None:
    scene.outlet.hold()
    for _ in range(5):
        scene.outlet.put(bytes(20_000))
    assert len(scene.wire.value()) > 60_000
    scene.outlet.put(b"last but one")
    scene.outlet.write(b"last")
    assert scene.wire.value().endswith(b"last but onelast")
