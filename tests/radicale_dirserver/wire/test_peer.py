# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config import HttpSettings
from dirserver.config.values import read_network
from radicale_dirserver.wire.peer import UNKNOWN_ADDRESS, Peer, is_loopback, peer_of

LOOPBACK = HttpSettings().trusted_proxies
OFFICE = (*LOOPBACK, read_network("10.0.0.0/8"))


def peer(remote: str, proxies=LOOPBACK, *, scheme: str = "http", **headers: str) -> Peer:
    environ = {"REMOTE_ADDR": remote, "wsgi.url_scheme": scheme} | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return peer_of(environ, proxies)


@pytest.mark.parametrize(
    "found, wanted",
    [
        (peer("192.0.2.1"), Peer("192.0.2.1", is_private=False)),
        (peer("192.0.2.1", scheme="https"), Peer("192.0.2.1", is_private=True)),
        (peer("127.0.0.1"), Peer("127.0.0.1", is_private=True)),
        (peer("::1"), Peer("::1", is_private=True)),
        (peer("::ffff:127.0.0.1"), Peer("::ffff:127.0.0.1", is_private=True)),
        (peer(""), Peer(UNKNOWN_ADDRESS, is_private=False)),
    ],
)
def test_without_a_proxy_the_line_speaks_for_itself(found, wanted):
    assert found == wanted


def test_a_trusted_proxy_says_for_whom_and_how():
    assert peer("127.0.0.1", x_forwarded_for="192.0.2.1", x_forwarded_proto="https") == Peer("192.0.2.1", is_private=True)
    assert peer("127.0.0.1", x_forwarded_for="192.0.2.1", x_forwarded_proto="http") == Peer("192.0.2.1", is_private=False)


def test_only_the_entry_of_the_proxy_itself_counts():
    assert peer("127.0.0.1", x_forwarded_for="198.51.100.9, 192.0.2.1").address == "192.0.2.1"
    assert peer("127.0.0.1", OFFICE, x_forwarded_for="198.51.100.9, 192.0.2.1, 10.1.2.3").address == "192.0.2.1"


def test_a_stranger_is_not_believed():
    assert peer("192.0.2.1", x_forwarded_for="127.0.0.1", x_forwarded_proto="https") == Peer("192.0.2.1", is_private=False)


@pytest.mark.parametrize("claimed", ["127.0.0.1", "127.0.0.1, 10.1.1.1", "::1, 10.1.1.1"])
def test_nobody_on_another_machine_passes_for_this_one(claimed):
    assert not is_loopback(peer("10.0.0.1", OFFICE, x_forwarded_for=claimed).address)
    assert not peer("10.0.0.1", OFFICE, x_forwarded_for=claimed).is_private


def test_a_proxy_that_does_not_say_for_whom_leaves_it_unknown():
    assert peer("127.0.0.1", x_forwarded_proto="https") == Peer(UNKNOWN_ADDRESS, is_private=True)
    assert peer("127.0.0.1", x_forwarded_for="garbage", x_forwarded_proto="https").address == UNKNOWN_ADDRESS


def test_this_machine_through_its_own_proxy_is_this_machine():
    assert peer("127.0.0.1", x_forwarded_for="127.0.0.1", x_forwarded_proto="http") == Peer("127.0.0.1", is_private=True)
