# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

from dirserver.cli.dns import doubts_of, records_of
from dirserver.config import Address, Config, HttpSettings, LdapSettings, SetupSettings
from dirserver.config.values import FilePath, LdapUrl, MaybeAddress, PublicUrl


def config(url, ldap="127.0.0.1:3890"):
    return replace(
        Config(), http=HttpSettings(public_url=PublicUrl(url)), ldap=LdapSettings(listen=Address.parse(ldap)), domain="example.com"
    )


def lines(given):
    return [f"{each.name} {each.kind} {each.value}" for each in records_of(given)]


def test_a_phone_finds_https_by_the_domain_and_learns_that_there_is_nothing_else():
    assert lines(config("https://contacts.example.com")) == [
        "_carddavs._tcp.example.com. SRV 0 1 443 contacts.example.com.",
        '_carddavs._tcp.example.com. TXT "path=/dav/"',
        "_carddav._tcp.example.com. SRV 0 0 0 .",
    ]
    assert "_carddavs._tcp.example.com. SRV 0 1 8443 contacts.example.com." in lines(config("https://contacts.example.com:8443"))


def test_ldap_has_a_record_where_others_can_reach_it():
    assert "_ldap._tcp.example.com. SRV 0 1 389 contacts.example.com." in lines(config("https://contacts.example.com", "0.0.0.0:389"))


def test_both_ldap_listeners_have_a_record():
    both = replace(config("https://contacts.example.com", "0.0.0.0:389"), setup=SetupSettings(ldap_url=LdapUrl("ldaps://ldap.example.com")))
    assert [each for each in lines(both) if "_ldap" in each] == [
        "_ldaps._tcp.example.com. SRV 0 1 636 ldap.example.com.",
        "_ldap._tcp.example.com. SRV 0 1 389 contacts.example.com.",
    ]


def test_a_listener_with_tls_has_a_record_where_others_can_reach_it():
    for listens, port in (("0.0.0.0:636", 636), ("192.0.2.7:7636", 7636), ("127.0.0.1:636", None)):
        safe = replace(config("https://contacts.example.com").ldap, tls_listen=MaybeAddress(listens), tls_certificate=FilePath("a.pem"))
        told = lines(replace(config("https://contacts.example.com"), ldap=safe))
        assert [each for each in told if "_ldap" in each] == [f"_ldaps._tcp.example.com. SRV 0 1 {port} contacts.example.com."][
            : bool(port)
        ]


def test_what_would_not_do_is_told_in_words():
    assert any("this machine only" in each for each in doubts_of(config("http://127.0.0.1:8080")))
    assert any("not addresses" in each for each in doubts_of(config("https://192.0.2.7")))
    assert any("tls_certificate" in each for each in doubts_of(config("http://contacts.example.com")))
    assert doubts_of(config("https://contacts.example.com", "0.0.0.0:389")) == ()
    for ldap_url, doubt in (
        ("ldaps://192.0.2.7", "not addresses"),
        ("ldap://localhost", "this machine only"),
        ("ldaps://ldap.example.com", None),
    ):
        told = doubts_of(replace(config("https://contacts.example.com"), setup=SetupSettings(ldap_url=LdapUrl(ldap_url))))
        assert [doubt in each and "[setup] ldap_url" in each for each in told] == ([True] if doubt else [])


def test_the_command_prints_lines_of_a_zone_and_its_doubts_apart(company):
    done = company.run("dns")
    assert done.status == 0
    assert "_carddav._tcp.example.com. IN SRV 0 1" in done.out
    assert "this machine only" in done.err
    assert {each["type"] for each in company.json("dns")} == {"SRV", "TXT"}
