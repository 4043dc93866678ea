# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.config import Address, Config, HttpSettings, LdapSettings, SetupSettings
from dirserver.config.values import LdapUrl, PublicUrl
from dirserver.setup.access import Server, access_of


def access(url: str, *, login: str = "ada", ldap: str = "127.0.0.1:3890", ldap_url: str = "", plain: bool = False):
    config = replace(
        Config(),
        http=HttpSettings(public_url=PublicUrl(url)),
        ldap=LdapSettings(listen=Address.parse(ldap), allow_plain_bind=plain),
        setup=SetupSettings(ldap_url=LdapUrl(ldap_url)),
    )
    return access_of(config, login)


def test_the_public_address_is_what_devices_are_told():
    told = access("https://contacts.example.com")
    assert (told.dav, told.path) == (Server("contacts.example.com", 443, is_safe=True), "/dav/ada/")
    assert told.dav_url == "https://contacts.example.com/dav/ada/"
    assert not told.dav.is_here_only
    assert access("http://127.0.0.1:8080").dav.is_here_only
    assert access("https://[2001:db8::1]:8443").dav_url == "https://[2001:db8::1]:8443/dav/ada/"


def test_a_link_opens_the_app_with_login_and_password_and_a_drawn_one_without():
    told = access("https://contacts.example.com:8443", login="ada@example.com")
    assert told.app_link("a:b/c") == "carddavs://ada%40example.com:a%3Ab%2Fc@contacts.example.com:8443/dav/ada%40example.com/"
    assert told.scanned_link == "carddavs://ada%40example.com@contacts.example.com:8443/dav/ada%40example.com/"
    assert access("http://contacts.example.com").scanned_link.startswith("carddav://")


@pytest.mark.parametrize(
    "settings, server",
    [
        ({}, None),
        ({"ldap": "0.0.0.0:389"}, None),
        ({"ldap": "0.0.0.0:389", "plain": True}, Server("contacts.example.com", 389, is_safe=False)),
        ({"ldap_url": "ldaps://ldap.example.com"}, Server("ldap.example.com", 636, is_safe=True)),
        ({"ldap_url": "ldaps://ldap.example.com:7636"}, Server("ldap.example.com", 7636, is_safe=True)),
        ({"ldap_url": "ldap://ldap.example.com"}, None),
    ],
)
def test_ldap_is_told_where_a_device_may_send_a_password(settings: dict[str, object], server: Server | None):
    assert access("https://contacts.example.com", **settings).ldap == server  # type: ignore[arg-type]
