# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config.values import Address, read_contact, read_domain, read_origin, read_zone
from dirserver.model.zone import Zone


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


@pytest.mark.parametrize(
    "text, origin",
    [
        ("https://ntfy.example.com", "https://ntfy.example.com"),
        ("https://NTFY.example.com:443/", "https://ntfy.example.com"),
        ("http://127.0.0.1:8099", "http://127.0.0.1:8099"),
        (" http://ntfy:80 ", "http://ntfy"),
        ("https://ntfy:0080", "https://ntfy:80"),
    ],
)
def test_an_origin_is_written_in_one_way(text, origin):
    assert read_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    ["", "ntfy.example.com", "ftp://ntfy", "https://", "https://a/b", "https://a:0", "https://a:65536", "https://u@a", "https://é", "*"],
)
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(ValueError, match="scheme and host"):
        read_origin(text)


@pytest.mark.parametrize(
    "text, contact",
    [
        ("", ""),
        ("it@example.com", "mailto:it@example.com"),
        ("mailto:it@example.com", "mailto:it@example.com"),
        ("https://it.example.com", "https://it.example.com"),
    ],
)
def test_a_contact_is_mail_or_a_page(text, contact):
    assert read_contact(text) == contact


@pytest.mark.parametrize("text", ["it", "it@localhost", "a b@example.com", "http://it.example.com", "tel:+4930", "https://localhost"])
def test_what_is_no_contact_is_refused(text):
    with pytest.raises(ValueError, match="mail address"):
        read_contact(text)


def test_a_time_zone_is_one_that_is_known():
    assert read_zone(" Europe/Madrid ").name == "Europe/Madrid"
    assert read_zone("") == Zone()
    with pytest.raises(ValueError, match="did you mean 'Europe/Madrid'"):
        read_zone("Europe/Madird")
    for wrong in ("../../etc/passwd", "/etc/localtime", "half past nine"):
        with pytest.raises(ValueError, match="no time zone"):
            read_zone(wrong)
