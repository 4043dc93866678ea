# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config.values import Address, read_domain


@pytest.mark.parametrize("text", ["127.0.0.1:8080", "[::1]:389", "localhost:0", "0.0.0.0:65535"])
def test_an_address_reads_back_as_it_is_written(text):
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize("text", ["", ":80", "host", "host:", "host:-1", "host:٣", "[::g]:1", "[127.0.0.1]:1", "::1", "a b:1", "host:1 2"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match=r"write|put"):
        Address.parse(text)


@pytest.mark.parametrize(
    "host, is_loopback", [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("db", False)]
)
def test_loopback_is_what_only_this_machine_reaches(host, is_loopback):
    assert Address(host, 1).is_loopback is is_loopback


@pytest.mark.parametrize("text", ["", ".", "a..b", "-a.b", "a_b.c", "a" * 64 + ".com", "é.com"])
def test_what_is_no_domain_is_refused(text):
    with pytest.raises(ValueError, match=r"example\.com"):
        read_domain(text)
