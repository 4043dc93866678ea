# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.controls import reading_back
from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Code, Control, DeleteRequest, ModifyDNRequest, Operation
from tests.ldap.answers import POST_READ, PRE_READ, Answered, answered, reading
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.writing import ADA, ADD, PEOPLE, REPLACE, change, new

CLIENTS = f"ou=clients,ou=books,{SUFFIX}"


def tell(site: Site, who: str, operation: Operation, *given: Control) -> Answered:
    found = answered(site, Asker(site).session(who), operation, *given)
    assert found.code is Code.SUCCESS
    return found


def test_an_entry_comes_back_as_it_was_and_as_it_is(own_site: Site) -> None:
    both = [reading(PRE_READ, "title", "nonsense"), reading(POST_READ, "TITLE", "modifiersName")]
    done = tell(own_site, "chika", change(ADA, (REPLACE, "title", ("Pilot",))), *both)
    assert (done.read(PRE_READ).dn, done.read(PRE_READ).attributes) == (ADA, {"title": [b"Account Manager"]})
    after = done.read(POST_READ).attributes
    assert after == {"TITLE": [b"Pilot"], "modifiersName": [f"uid=chika,{PEOPLE}".encode()]}


def test_what_comes_back_is_what_the_asker_may_read(own_site: Site) -> None:
    done = tell(own_site, "ada", change(ADA, (REPLACE, "title", ("Pilot",))), reading(PRE_READ, "*"), reading(POST_READ))
    assert b"Pilot" in done.read(POST_READ).attributes["title"]
    hidden = tell(own_site, "esme", change(f"uid=esme,{PEOPLE}", (REPLACE, "title", ("Guest",))), reading(POST_READ, "homePhone", "secret"))
    assert list(hidden.read(POST_READ).attributes) == ["homePhone"]


def test_a_new_entry_and_one_that_goes_come_back(own_site: Site) -> None:
    added = tell(own_site, "chika", new(f"cn=Nils Holgersson,{PEOPLE}"), reading(POST_READ, "uid", "entryUUID"))
    (uid,) = added.read(POST_READ).attributes["uid"]
    name = f"uid={uid.decode()},{PEOPLE}"
    assert added.read(POST_READ).dn == name
    assert len(added.read(POST_READ).attributes["entryUUID"]) == 1
    gone = tell(own_site, "chika", DeleteRequest(name), reading(PRE_READ, "cn"))
    assert gone.read(PRE_READ).attributes == {"cn": [b"Nils Holgersson"]}


def test_what_is_renamed_or_moved_comes_back_under_both_names(own_site: Site) -> None:
    both = [reading(PRE_READ, "1.1"), reading(POST_READ, "1.1")]
    renamed = tell(own_site, "chika", ModifyDNRequest(f"uid=zoe,{PEOPLE}", "uid=zo", deletes_old_rdn=True), *both)
    assert (renamed.read(PRE_READ).dn, renamed.read(POST_READ).dn) == (f"uid=zoe,{PEOPLE}", f"uid=zo,{PEOPLE}")
    called = tell(own_site, "chika", ModifyDNRequest(f"uid=zo,{PEOPLE}", "cn=Zora", deletes_old_rdn=False), *both)
    assert called.read(POST_READ).dn == f"uid=zo,{PEOPLE}"
    moved = tell(own_site, "admin", ModifyDNRequest(f"uid=zo,{PEOPLE}", "uid=zo", deletes_old_rdn=True, new_superior=CLIENTS), *both)
    assert (moved.read(PRE_READ).dn, moved.read(POST_READ).dn) == (f"uid=zo,{PEOPLE}", f"uid=zo,{CLIENTS}")
    sales, sold = f"cn=sales,ou=groups,{SUFFIX}", f"cn=sold,ou=groups,{SUFFIX}"
    group = tell(own_site, "admin", ModifyDNRequest(sales, "cn=sold", deletes_old_rdn=True), *both)
    assert (group.read(PRE_READ).dn, group.read(POST_READ).dn) == (sales, sold)


def test_a_change_that_fails_brings_nothing_back(own_site: Site) -> None:
    refused = answered(own_site, Asker(own_site).session("dov"), change(ADA, (ADD, "title", ("x",))), reading(PRE_READ))
    assert (refused.code, refused.controls) == (Code.INSUFFICIENT_ACCESS_RIGHTS, {})


@pytest.mark.parametrize("bad", [None, b"", b"\x30\x01\x04", b"\x30\x00\x00", b"\x31\x00"])
def test_what_to_read_is_a_list_of_names(bad: bytes | None) -> None:
    with pytest.raises(ProtocolError):
        reading_back.read(Control(PRE_READ, value=bad))
