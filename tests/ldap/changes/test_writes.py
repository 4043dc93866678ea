# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import DeleteRequest, ModifyDNRequest
from dirserver.model.approval import Approver
from dirserver.model.principal import Door, Principal
from tests.cast import principal
from tests.ldap.conftest import SUFFIX
from tests.ldap.writing import ADA, ADD, DELETE, PEOPLE, REPLACE, change, new, shown, tell


def test_what_may_not_be_changed_is_refused_and_what_does_not_show_is_missing(own_site: Site) -> None:
    title = (REPLACE, "title", ("Queen",))
    assert tell(own_site, None, change(ADA, title)).code == 50
    assert tell(own_site, "dov", change(ADA, title)).code == 50
    assert tell(own_site, "dov", DeleteRequest(ADA)).code == 50
    assert tell(own_site, "dov", ModifyDNRequest(ADA, "uid=adb", deletes_old_rdn=True)).code == 50
    assert tell(own_site, "dov", new(f"uid=nils,{PEOPLE}", cn="Nils")).code == 50
    for name in (
        f"uid=nobody,{PEOPLE}",
        f"uid=x,ou=~ada,ou=books,{SUFFIX}",
        f"cn=no such,ou=groups,{SUFFIX}",
        "dc=com",
        f"uid=x+cn=y,{PEOPLE}",
    ):
        for operation in (change(name, title), DeleteRequest(name), ModifyDNRequest(name, "uid=x", deletes_old_rdn=True)):
            assert tell(own_site, "chika", operation).code == 32, operation
    assert tell(own_site, "chika", DeleteRequest(f"uid=nobody,{PEOPLE}")).matched == PEOPLE
    hidden = tell(own_site, "chika", new(f"uid=x,ou=~ada,ou=books,{SUFFIX}", cn="X"))
    assert (hidden.code, hidden.matched) == (32, f"ou=books,{SUFFIX}")


def test_what_waits_for_consent_is_told_with_the_success_and_read_back_unchanged(own_site: Site) -> None:
    with own_site.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book("people"), "title", Approver.parse("manager"))
    answer = tell(own_site, "ada", change(ADA, (REPLACE, "title", ("Queen",)), (REPLACE, "mobile", ("+49 151 1",))))
    assert (answer.code, answer.text) == (0, "title waits for the approval of manager")
    values = shown(own_site, "ada")
    assert (values["title"], values["mobile"]) == (("Account Manager",), ("+49 151 1",))
    assert tell(own_site, "chika", change(ADA, (REPLACE, "title", ("Queen",)))).text == ""


def test_administrators_keep_groups(own_site: Site) -> None:
    dn = f"cn=walkers,ou=groups,{SUFFIX}"
    walkers = new(dn, objectClass=("top", "groupOfNames"), cn="walkers", member=(ADA, f"uid=bruno,{PEOPLE}"), description="On foot")
    assert tell(own_site, "admin", walkers).code == 0
    assert tell(own_site, "admin", walkers).code == 68
    assert tell(own_site, "dov", change(dn, (DELETE, "member", (ADA,)))).code == 50
    assert tell(own_site, "admin", change(dn, (DELETE, "member", (ADA,)), (ADD, "member", (f"uid=zoe,{PEOPLE}",)))).code == 0
    assert tell(own_site, "admin", change(dn, (DELETE, "member", (ADA,)))).code == 16
    assert tell(own_site, "admin", change(dn, (ADD, "member", (f"uid=zoe,{PEOPLE}",)))).code == 20
    with own_site.directory.reading(principal(own_site.identity, "admin", Door.LDAP)) as reading:
        assert {member.name for member in reading.group("walkers").members} == {"bruno", "zoe"}
    assert tell(own_site, "admin", change(dn, (REPLACE, "member", (ADA,)))).code == 0
    with own_site.directory.reading(principal(own_site.identity, "admin", Door.LDAP)) as reading:
        assert {member.name for member in reading.group("walkers").members} == {"ada"}
    assert tell(own_site, "admin", ModifyDNRequest(dn, "cn=runners", deletes_old_rdn=True)).code == 0
    assert tell(own_site, "admin", DeleteRequest(dn)).code == 32
    assert tell(own_site, "admin", DeleteRequest(f"cn=runners,ou=groups,{SUFFIX}")).code == 0
    assert tell(own_site, "admin", DeleteRequest(dn)).code == 32
