# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, closing

import pytest

from dirserver.serve.patience import Patience, limit_unread, plain_address


@pytest.fixture
def door():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def connected(door, stack):
    """A client and the server's end of its connection."""
    client = stack.enter_context(closing(socket.create_connection(door.getsockname())))
    served = stack.enter_context(closing(door.accept()[0]))
    client.settimeout(5)
    return client, served


def is_cut(client):
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False


def test_as_many_work_as_there_are_slots_and_the_next_waits_for_one():
    patience = Patience(0, 2, 30)
    first = patience.turn("192.0.2.1")
    patience.turn("192.0.2.2")
    begun = threading.Event()

    def third():
        patience.turn("192.0.2.3")
        begun.set()

    thread = threading.Thread(target=third, daemon=True)
    thread.start()
    assert not begun.wait(0.1)
    first.wait()
    assert begun.wait(5)
    first.end()
    first.end()
    assert (len(patience.working), len(patience.waiting)) == (2, 0)


def test_who_moves_nothing_is_cut_off_and_who_moves_or_comes_from_elsewhere_is_not(door):
    patience = Patience(door.getsockname()[1], 4, 0)
    with ExitStack() as stack:
        silent, _ = connected(door, stack)
        busy, served = connected(door, stack)
        patience.turn("127.0.0.1").wait()
        before = patience.look({}, 0.25)
        assert len(before) == 2
        busy.sendall(b"x" * 20_000)
        served.recv(20_000, socket.MSG_WAITALL)
        patience.look(before, 0.25)
        assert (is_cut(silent), is_cut(busy)) == (True, False)


def test_nobody_is_looked_at_while_nobody_is_late(door):
    patience = Patience(door.getsockname()[1], 4, 30)
    with ExitStack() as stack:
        silent, _ = connected(door, stack)
        patience.turn("127.0.0.1").wait()
        assert patience.look({}, 5) == {}
        elsewhere = Patience(door.getsockname()[1], 4, 0)
        elsewhere.turn("192.0.2.9").wait()
        elsewhere.look(elsewhere.look({}, 5), 5)
        assert not is_cut(silent)


def test_a_connection_that_we_opened_ourselves_is_never_cut(door):
    """As one to PostgreSQL on the same machine."""
    with ExitStack() as stack:
        client, _ = connected(door, stack)
        patience = Patience(client.getsockname()[1] + 1, 4, 0)
        patience.turn("127.0.0.1").wait()
        assert patience.look({}, 5) == {}


def test_cutting_waits_for_another_request_of_that_address_but_not_for_ever(door):
    patience = Patience(door.getsockname()[1], 4, 0)
    with ExitStack() as stack:
        silent, _ = connected(door, stack)
        patience.turn("127.0.0.1").wait()
        working = patience.turn("127.0.0.1")
        octets = patience.look(patience.look({}, 5), 5)
        assert not is_cut(silent)
        for _ in range(20):
            octets = patience.look(octets, 5)
        assert is_cut(silent)
        working.end()


def test_the_kernel_is_told_how_long_an_answer_may_lie_unread(door):
    limit_unread(7)
    assert door.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 7_000


@pytest.mark.parametrize(
    "text, plain", [("::ffff:192.0.2.7", "192.0.2.7"), ("192.0.2.7", "192.0.2.7"), ("fe80::1%eth0", "fe80::1"), ("unknown", "unknown")]
)
def test_an_address_is_spelled_in_one_way(text, plain):
    assert plain_address(text) == plain
