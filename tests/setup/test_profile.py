# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import plistlib
from dataclasses import replace

from dirserver.setup.access import DeviceAccess, Server
from dirserver.setup.profile import profile

ACCESS = DeviceAccess(
    "example.com",
    "ada",
    Server("contacts.example.com", 8443, is_safe=True),
    "/dav/ada/",
    Server("ldap.example.com", 636, is_safe=True),
    "dc=example,dc=com",
)


def read(access: DeviceAccess, secret: str = "s3cret & <more>"):
    return plistlib.loads(profile(access, secret, name="Kontakty example.com"))


def test_both_accounts_are_filled_in():
    dav, ldap = read(ACCESS)["PayloadContent"]
    assert {name: value for name, value in dav.items() if name.startswith("CardDAV")} == {
        "CardDAVAccountDescription": "Kontakty example.com",
        "CardDAVHostName": "contacts.example.com",
        "CardDAVPort": 8443,
        "CardDAVUseSSL": True,
        "CardDAVPrincipalURL": "/dav/ada/",
        "CardDAVUsername": "ada",
        "CardDAVPassword": "s3cret & <more>",
    }
    assert ldap["PayloadType"] == "com.apple.ldap.account"
    assert (ldap["LDAPAccountHostName"], ldap["LDAPAccountUseSSL"]) == ("ldap.example.com", True)
    assert (ldap["LDAPAccountUserName"], ldap["LDAPAccountPassword"]) == ("ada", "s3cret & <more>")
    assert ldap["LDAPSearchSettings"][0]["LDAPSearchSettingSearchBase"] == "dc=example,dc=com"


def test_there_is_no_ldap_account_where_devices_do_not_reach_ldap():
    assert [each["PayloadType"] for each in read(replace(ACCESS, ldap=None))["PayloadContent"]] == ["com.apple.carddav.account"]


def test_an_unusual_port_stands_behind_the_name():
    other = replace(ACCESS, ldap=Server("ldap.example.com", 3890, is_safe=False))
    assert read(other)["PayloadContent"][1]["LDAPAccountHostName"] == "ldap.example.com:3890"


def test_a_profile_takes_the_place_of_the_one_before_and_of_nobody_elses():
    def names(found):
        return [(each["PayloadIdentifier"], each["PayloadUUID"]) for each in (found, *found["PayloadContent"])]

    assert names(read(ACCESS)) == names(read(ACCESS, "another"))
    assert len(set(names(read(ACCESS)))) == 3
    assert not set(names(read(ACCESS))) & set(names(read(replace(ACCESS, login="bruno", path="/dav/bruno/"))))
    assert read(ACCESS)["PayloadIdentifier"] == "com.example.dirserver.ada"
