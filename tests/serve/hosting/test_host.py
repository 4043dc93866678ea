# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

from tests.serve.hosting.scene import Client, make_host


def empty(_environ: Any, start: Any) -> list[bytes]:
    start("204 No Content", [])
    return []


def test_at_the_limit_who_rests_makes_room_and_a_full_house_tells_when_there_is_some() -> None:
    host = make_host(empty, max_connections=2)
    talking, resting = Client(host), Client(host)
    for client in (talking, resting):
        client.say("GET / HTTP/1.1\nHost: a\n")
    assert host.is_full
    resting.say("\n")
    resting.heard()
    assert not host.is_full
    Client(host)
    assert (talking.line.told, resting.line.told) == ([], ["close"])
    called: list[bool] = []
    host.tell_room(lambda: called.append(True))
    resting.connection.connectionLost(None)  # type: ignore[arg-type]
    talking.connection.connectionLost(None)  # type: ignore[arg-type]
    assert called == [True]
    assert len(host) == 1


def test_a_host_that_stops_ends_what_rests_and_keeps_nobody_else() -> None:
    host = make_host(empty)
    resting, silent, late = Client(host), Client(host), Client(host)
    resting.say("GET / HTTP/1.1\nHost: a\n\n")
    resting.heard()
    late.say("GET / HTTP/1.1\n")
    host.stop()
    assert (resting.line.told, silent.line.told, late.line.told) == (["close"], ["close"], [])
    late.say("Host: a\n\n")
    host.reactor.turn()
    assert b"\r\nConnection: close\r\n" in late.heard()
    assert late.line.told == ["close"]
    host.drop()
    assert late.line.told == ["close", "abort"]
