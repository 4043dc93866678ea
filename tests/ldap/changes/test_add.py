# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import AddRequest, DeleteRequest, ModifyDNRequest
from tests.cast import uuid_of
from tests.ldap.conftest import SUFFIX
from tests.ldap.writing import ADA, ADD, PEOPLE, change, new, shown, tell


def test_an_entry_comes_and_goes(own_site: Site) -> None:
    dn = f"uid=nils,{PEOPLE}"
    nils = new(
        dn,
        objectClass=("top", "person", "inetOrgPerson"),
        uid="nils",
        cn="Nils Holgersson",
        sn="Holgersson",
        givenName="Nils",
        mail="nils@example.com",
        telephoneNumber=("+46 1", "+46 2"),
        manager=ADA,
    )
    assert tell(own_site, "chika", nils).code == 0
    after = shown(own_site, "nils")
    assert (after["cn"], after["telephoneNumber"], after["manager"]) == (
        ("Nils Holgersson",),
        ("+46 1", "+46 2"),
        (f"urn:uuid:{uuid_of('ada')}",),
    )
    assert tell(own_site, "chika", nils).code == 68
    assert tell(own_site, "chika", DeleteRequest(dn)).code == 0
    assert tell(own_site, "chika", DeleteRequest(dn)).code == 32
    assert tell(own_site, "chika", nils).code == 0


def test_a_mail_program_may_name_a_new_entry_by_cn(own_site: Site) -> None:
    dn = f"cn=Nils Holgersson,{PEOPLE}"
    assert tell(own_site, "chika", new(dn, sn="Holgersson", objectClass="inetOrgPerson")).code == 0
    assert tell(own_site, "chika", new(dn, cn="Nils Holgersson")).code == 68
    assert tell(own_site, "chika", change(dn, (ADD, "mail", ("nils@example.com",)))).code == 0
    assert tell(own_site, "chika", ModifyDNRequest(dn, "cn=Nils H.", deletes_old_rdn=True)).code == 0
    assert tell(own_site, "chika", DeleteRequest(dn)).code == 32
    assert tell(own_site, "chika", DeleteRequest(f"cn=nils h.,{PEOPLE}")).code == 0


@pytest.mark.parametrize(
    "request_, code",
    [
        (new(f"uid=n,{PEOPLE}", mail="n@example.com"), 65),
        (new(f"uid=n,{PEOPLE}", cn="N", uid="m"), 64),
        (new(f"uid=n+cn=N,{PEOPLE}", cn="N"), 64),
        (new(f"ou=n,{PEOPLE}", ou="N"), 64),
        (new(f"uid=n,ou=nowhere,{SUFFIX}", cn="N"), 32),
        (new(f"uid=n,ou=nowhere,ou=books,{SUFFIX}", cn="N"), 32),
        (new("uid=n,dc=other", cn="N"), 32),
        (new(f"uid=n,{SUFFIX}", cn="N"), 53),
        (new(f"ou=new,ou=books,{SUFFIX}", ou="new"), 53),
        (new(PEOPLE, ou="people"), 68),
        (new(SUFFIX, dc="example"), 68),
        (new(f"uid=n,{PEOPLE}", cn="N", commonName="M"), 20),
        (new(f"uid=n,{PEOPLE}", cn="N", entryUUID="x"), 19),
        (new("nonsense", cn="N"), 34),
        (new(f"cn=new,ou=groups,{SUFFIX}", cn="new"), 50),
    ],
)
def test_each_entry_that_cannot_be_has_its_own_code(own_site: Site, request_: AddRequest, code: int) -> None:
    answer = tell(own_site, "chika", request_)
    assert (answer.tag, answer.code) == (0x69, code), answer.text
