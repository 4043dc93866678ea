# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import DeleteRequest, ModifyDNRequest
from tests.ldap.conftest import SUFFIX
from tests.ldap.writing import PEOPLE, tell


def test_an_entry_gets_another_name_in_its_book(own_site: Site) -> None:
    dn, rename = f"uid=zoe,{PEOPLE}", "uid=zora"
    assert tell(own_site, "chika", ModifyDNRequest(dn, rename, deletes_old_rdn=False)).code == 53
    assert tell(own_site, "chika", ModifyDNRequest(dn, "uid=ada", deletes_old_rdn=True)).code == 68
    assert tell(own_site, "chika", ModifyDNRequest(dn, "zora", deletes_old_rdn=True)).code == 34
    assert tell(own_site, "chika", ModifyDNRequest(dn, "mail=zora", deletes_old_rdn=True)).code == 64
    assert tell(own_site, "chika", ModifyDNRequest(dn, rename, True, f"ou=clients,ou=books,{SUFFIX}")).code == 53
    answer = tell(own_site, "chika", ModifyDNRequest(dn, rename, True, PEOPLE))
    assert (answer.tag, answer.code) == (0x6D, 0)
    assert tell(own_site, "chika", DeleteRequest(dn)).code == 32
    assert tell(own_site, "chika", ModifyDNRequest(PEOPLE, "ou=folk", deletes_old_rdn=True)).code == 66
    assert tell(own_site, "chika", DeleteRequest(SUFFIX)).code == 66
