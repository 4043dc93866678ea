# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.config import PushSettings
from dirserver.errors import BadInput
from dirserver.push.destination import Destination, Destinations, Unreachable, is_public

OWN = PushSettings(own_services=("https://ntfy.intranet.example", "http://127.0.0.1:8099"))


@pytest.mark.parametrize(
    "resource",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def-ghi_1",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA%20B?x=1&y=2",
        "https://push.example.com",
        "https://push.example.com:443/x",
        "https://8.8.8.8/x",
        "https://PUSH.Example.com/x",
    ],
)
def test_a_push_resource_is_a_public_https_url(resource):
    assert Destinations(PushSettings()).read(resource).scheme == "https"


@pytest.mark.parametrize(
    "resource",
    [
        "",
        "push.example.com/x",
        "http://push.example.com/x",
        "ftp://push.example.com/x",
        "file:///etc/passwd",
        "gopher://push.example.com/x",
        "//push.example.com/x",
        "https:///x",
        "https://push.example.com:8443/x",
        "https://push.example.com:80/x",
        "https://push.example.com:0443x/x",
        "https://user@push.example.com/x",
        "https://user:secret@push.example.com/x",
        "https://push.example.com\\@127.0.0.1/x",
        "https://push.example.com#@127.0.0.1/",
        "https://push.example.com/x#y",
        "https://push.example.com/x y",
        "https://push.example.com/x\r\nHost: other",
        "https://push.example.com?x",
        "https://pu\u0441h.example.com/x",
        "https://push.example.com/\u00e9",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f000001/x",
        "https://0177.0.0.1/x",
        "https://0/x",
        "https://10.1.2.3/x",
        "https://172.16.0.1/x",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/x",
        "https://224.0.0.1/x",
        "https://255.255.255.255/x",
        "https://[::1]/x",
        "https://[fe80::1%25eth0]/x",
        "https://[2606:4700:4700::1111]/x",
        "https://push.example.com/" + "x" * 2_000,
    ],
)
def test_what_leads_elsewhere_is_refused_before_anything_is_asked(resource):
    def never(host, port):
        raise AssertionError("nothing is resolved")

    with pytest.raises(BadInput):
        Destinations(PushSettings(), resolve=never).read(resource)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::7f00:1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
        "push.example.com",
        "",
    ],
)
def test_these_addresses_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"])
def test_these_addresses_are_public(address):
    assert is_public(address)


def test_a_name_is_connected_to_at_its_public_addresses_only():
    answers = {"mixed.example": ("10.0.0.1", "8.8.8.8", "::1", "2606:4700::1"), "inside.example": ("192.168.1.1", "127.0.0.1")}
    destinations = Destinations(PushSettings(), resolve=lambda host, port: answers[host])
    assert destinations.addresses(destinations.read("https://mixed.example/x")) == ("8.8.8.8", "2606:4700::1")
    with pytest.raises(Unreachable, match="public"):
        destinations.addresses(destinations.read("https://inside.example/x"))


def test_a_name_without_an_address_is_unreachable():
    def nothing(host, port):
        raise OSError("no such name")

    with pytest.raises(Unreachable, match="no address"):
        Destinations(PushSettings(), resolve=nothing).addresses(Destination("https", "gone.example", 443, "/"))
    with pytest.raises(Unreachable, match="no address"):
        Destinations(PushSettings(), resolve=lambda host, port: ()).addresses(Destination("https", "gone.example", 443, "/"))


def test_a_service_of_one_s_own_may_be_anywhere_and_is_itself_alone():
    destinations = Destinations(OWN, resolve=lambda host, port: ("10.0.0.1",))
    assert destinations.addresses(destinations.read("https://ntfy.intranet.example/up?up=1")) == ("10.0.0.1",)
    assert destinations.read("http://127.0.0.1:8099/up").origin == "http://127.0.0.1:8099"
    for other in (
        "http://ntfy.intranet.example/x",
        "https://ntfy.intranet.example:8443/x",
        "http://127.0.0.1:8098/x",
        "http://127.0.0.1/x",
    ):
        with pytest.raises(BadInput):
            destinations.read(other)
    with pytest.raises(Unreachable):
        destinations.addresses(destinations.read("https://ntfy.intranet.example.com/x"))


def test_an_operator_can_keep_messages_to_their_own_services():
    destinations = Destinations(PushSettings(own_services=OWN.own_services, only_own_services=True))
    assert destinations.read("https://ntfy.intranet.example/up")
    with pytest.raises(BadInput, match="operator"):
        destinations.read("https://fcm.googleapis.com/x")


def test_the_system_s_resolver_is_asked_for_names():
    own = Destinations(PushSettings(own_services=("http://localhost:9",)))
    assert set(own.addresses(own.read("http://localhost:9/"))) <= {"127.0.0.1", "::1"}
