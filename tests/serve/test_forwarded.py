# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config.values import read_network
from dirserver.serve.forwarded import UNKNOWN, settle

PROXIES = tuple(read_network(text) for text in ("127.0.0.1", "::1", "10.0.0.0/8"))


def settled(remote, **headers):
    environ = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http", **{f"HTTP_{name}": value for name, value in headers.items()}}
    settle(environ, PROXIES)
    assert not [name for name in environ if "FORWARDED" in name or "SCRIPT" in name or "REMOTE_USER" in name]
    return environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]


@pytest.mark.parametrize(
    "remote, header, client",
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "198.51.100.7, 10.9.9.9", "198.51.100.7"),
        ("127.0.0.1", "10.0.0.5", "10.0.0.5"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy_of_ours(remote, header, client):
    assert settled(remote, X_FORWARDED_FOR=header)[0] == client


@pytest.mark.parametrize("header", ["", "garbage", "198.51.100.7, garbage", "127.0.0.1, garbage", "127.0.0.1:80"])
def test_a_header_that_does_not_hold_together_leaves_the_client_unknown(header):
    assert settled("127.0.0.1", X_FORWARDED_FOR=header)[0] == UNKNOWN


def test_a_proxy_that_names_nobody_does_not_lend_its_own_address():
    assert settled("127.0.0.1", X_FORWARDED_PROTO="https") == (UNKNOWN, "https")


def test_nobody_on_another_machine_calls_itself_this_one():
    assert settled("10.1.2.3", X_FORWARDED_FOR="127.0.0.1")[0] == UNKNOWN


def test_a_stranger_is_not_believed():
    headers = {"X_FORWARDED_FOR": "127.0.0.1", "X_FORWARDED_PROTO": "https", "X_SCRIPT_NAME": "/x", "X_REMOTE_USER": "ada"}
    assert settled("203.0.113.9", **headers) == ("203.0.113.9", "http")


def test_a_scheme_that_is_none_is_not_taken():
    assert settled("127.0.0.1", X_FORWARDED_FOR="1.2.3.4", X_FORWARDED_PROTO="javascript") == ("1.2.3.4", "http")
