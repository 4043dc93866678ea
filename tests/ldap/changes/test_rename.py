# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.projection import attributes
from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import DeleteRequest, ModifyDNRequest
from dirserver.model.principal import Door
from tests.cast import principal
from tests.ldap.conftest import SUFFIX
from tests.ldap.writing import PEOPLE, tell


def test_an_entry_gets_another_name_in_its_book(own_site: Site) -> None:
    dn, rename = f"uid=zoe,{PEOPLE}", "uid=zora"
    assert tell(own_site, "chika", ModifyDNRequest(dn, rename, deletes_old_rdn=False)).code == 53
    assert tell(own_site, "chika", ModifyDNRequest(dn, "uid=ada", deletes_old_rdn=True)).code == 68
    assert tell(own_site, "chika", ModifyDNRequest(dn, "zora", deletes_old_rdn=True)).code == 34
    assert tell(own_site, "chika", ModifyDNRequest(dn, "mail=zora", deletes_old_rdn=True)).code == 64
    answer = tell(own_site, "chika", ModifyDNRequest(dn, rename, True, PEOPLE))
    assert (answer.tag, answer.code) == (0x6D, 0)
    assert tell(own_site, "chika", DeleteRequest(dn)).code == 32
    assert tell(own_site, "chika", ModifyDNRequest(PEOPLE, "ou=folk", deletes_old_rdn=True)).code == 66
    assert tell(own_site, "chika", DeleteRequest(SUFFIX)).code == 66


def test_an_entry_moves_to_another_book_with_all_that_it_holds(own_site: Site) -> None:
    clients = f"ou=clients,ou=books,{SUFFIX}"
    dn, moved = f"uid=zoe,{PEOPLE}", f"uid=zora,{clients}"
    assert tell(own_site, "chika", ModifyDNRequest(dn, "uid=zora", True, clients)).code in {32, 50}
    assert tell(own_site, "admin", ModifyDNRequest(dn, "uid=zora", True, f"ou=nowhere,ou=books,{SUFFIX}")).code == 32
    with own_site.directory.reading(principal(own_site.identity, "admin", Door.LDAP)) as reading:
        before = reading.named(reading.book("people"), "zoe")
    assert tell(own_site, "admin", ModifyDNRequest(dn, "uid=zora", True, clients)).code == 0
    assert tell(own_site, "admin", DeleteRequest(dn)).code == 32
    with own_site.directory.reading(principal(own_site.identity, "admin", Door.LDAP)) as reading:
        after = reading.named(reading.book("clients"), "zora")
    assert attributes(after.card) == attributes(before.card)
    assert tell(own_site, "admin", ModifyDNRequest(moved, "uid=ada", True, PEOPLE)).code == 68
    assert tell(own_site, "admin", ModifyDNRequest(moved, "uid=zoe", True, PEOPLE)).code == 0
    with own_site.directory.reading(principal(own_site.identity, "admin", Door.LDAP)) as reading:
        # Home again, it is who it was.
        assert reading.named(reading.book("people"), "zoe").uuid == before.uuid


def test_a_group_gets_another_name_and_keeps_the_rest(own_site: Site) -> None:
    groups = f"ou=groups,{SUFFIX}"
    dn = f"cn=hr,{groups}"
    assert tell(own_site, "chika", ModifyDNRequest(dn, "cn=people", deletes_old_rdn=True)).code == 50
    assert tell(own_site, "admin", ModifyDNRequest(dn, "cn=people care", deletes_old_rdn=False)).code == 53
    assert tell(own_site, "admin", ModifyDNRequest(dn, "cn=SALES", deletes_old_rdn=True)).code == 68
    assert tell(own_site, "admin", ModifyDNRequest(dn, "ou=care", deletes_old_rdn=True)).code == 64
    assert tell(own_site, "admin", ModifyDNRequest(dn, "cn=care", True, PEOPLE)).code == 64
    assert tell(own_site, "admin", ModifyDNRequest(dn, "cn=HR", deletes_old_rdn=False)).code == 0
    assert tell(own_site, "admin", ModifyDNRequest(dn, "cn=people care", True, groups)).code == 0
    assert tell(own_site, "admin", DeleteRequest(dn)).code == 32
    with own_site.directory.reading(principal(own_site.identity, "chika", Door.LDAP)) as reading:
        assert [member.name for member in reading.group("people care").members] == ["chika"]
        # What was granted to the group still is.
        assert reading.book("people").may_delete
