# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.config import Address, Config, HttpSettings, LdapSettings, SetupSettings
from dirserver.config.values import FilePath, LdapUrl, MaybeAddress, PublicUrl
from dirserver.setup.access import Server, access_of


def access(
    url: str, *, login: str = "ada", ldap: str = "127.0.0.1:3890", ldap_url: str = "", plain: bool = False, tls: str = "", cert: str = ""
):
    config = replace(
        Config(),
        http=HttpSettings(public_url=PublicUrl(url)),
        ldap=LdapSettings(
            listen=Address.parse(ldap),
            tls_listen=MaybeAddress(tls),
            tls_certificate=FilePath(cert),
            tls_key=FilePath(cert),
            allow_plain_bind=plain,
        ),
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
        ({"tls": "0.0.0.0:636", "cert": "a.pem"}, Server("contacts.example.com", 636, is_safe=True)),
        ({"tls": "0.0.0.0:7636", "cert": "a.pem", "ldap": "0.0.0.0:389"}, Server("contacts.example.com", 7636, is_safe=True)),
        ({"tls": "127.0.0.1:636", "cert": "a.pem"}, None),
        ({"tls": "[::1]:636", "cert": "a.pem", "ldap": "[::1]:389"}, None),
        ({"tls": "0.0.0.0:636", "cert": "a.pem", "ldap_url": "ldaps://front.example.com"}, Server("front.example.com", 636, is_safe=True)),
    ],
)
def test_ldap_is_told_where_a_device_may_send_a_password(settings: dict[str, object], server: Server | None):
    assert access("https://contacts.example.com", **settings).ldap == server  # type: ignore[arg-type]


def test_where_tls_has_to_be_started_only_who_knows_how_is_told():
    told = access("https://contacts.example.com", ldap="0.0.0.0:389", cert="a.pem")
    assert told.ldap is told.ldap_for(knows_start_tls=False) is None
    assert told.ldap_for(knows_start_tls=True) == Server("contacts.example.com", 389, is_safe=False, starts_tls=True)
    assert access("https://contacts.example.com", ldap="0.0.0.0:389").ldap_for(knows_start_tls=True) is None
    both = access("https://contacts.example.com", ldap="0.0.0.0:389", cert="a.pem", tls="0.0.0.0:636")
    assert both.ldap_for(knows_start_tls=True) == Server("contacts.example.com", 636, is_safe=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_known_by_each_of_its_names(host: str):
    assert access(f"http://{host}:8080").dav.is_here_only
