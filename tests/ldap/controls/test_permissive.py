# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import Code, Control, ModifyKind
from tests.ldap.answers import PERMISSIVE, answered
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.writing import ADA, ADD, DELETE, PEOPLE, REPLACE, change, shown, tell


def leniently(site: Site, who: str, name: str, *changes: tuple[ModifyKind, str, tuple[str, ...]]) -> Code:
    asked = Control(PERMISSIVE, is_critical=True)
    return answered(site, Asker(site).session(who), change(name, *changes), asked).code


def test_what_is_there_may_be_added_and_what_is_not_deleted(own_site: Site) -> None:
    before = shown(own_site, "ada")
    changes = (
        (ADD, "title", ("ACCOUNT manager",)),
        (DELETE, "pager", ()),
        (DELETE, "title", ("Astronaut",)),
        (ADD, "uid", ("ada",)),
        (DELETE, "jpegPhoto", ("no such octets",)),
    )
    assert leniently(own_site, "chika", ADA, *changes) is Code.SUCCESS
    assert shown(own_site, "ada") == before
    for one in changes:
        assert tell(own_site, "chika", change(ADA, one)).code in {16, 20}
    mixed = ((ADD, "title", ("Account Manager", "Pilot", "pilot")), (DELETE, "mail", ("ada@example.com", "x@example.com")))
    assert leniently(own_site, "chika", ADA, *mixed, (REPLACE, "pager", ("+49 30 1", "+49301"))) is Code.SUCCESS
    after = shown(own_site, "ada")
    assert (len(after["title"]), "mail" in after, len(after["pager"])) == (2, False, 1)


def test_groups_take_it_as_leniently(own_site: Site) -> None:
    sales, zoe = f"cn=sales,ou=groups,{SUFFIX}", f"uid=zoe,{PEOPLE}"
    changes = (
        (ADD, "member", (ADA, zoe, zoe)),
        (DELETE, "member", (f"uid=dov,{PEOPLE}",)),
        (ADD, "cn", ("sales",)),
        (DELETE, "description", ()),
    )
    assert leniently(own_site, "admin", sales, *changes) is Code.SUCCESS
    with own_site.directory.reading(Asker(own_site).session("admin").principal) as reading:
        assert {member.name for member in reading.group("sales").members} == {"ada", "bruno", "zoe"}
    assert leniently(own_site, "admin", sales, (DELETE, "member", ()), (DELETE, "member", ())) is Code.SUCCESS
    with own_site.directory.reading(Asker(own_site).session("admin").principal) as reading:
        assert reading.group("sales").members == ()


def test_what_one_may_not_change_stays_refused(own_site: Site) -> None:
    assert leniently(own_site, "dov", ADA, (ADD, "title", ("Account Manager",))) is Code.INSUFFICIENT_ACCESS_RIGHTS
    assert leniently(own_site, "chika", ADA, (DELETE, "cn", ())) is Code.OBJECT_CLASS_VIOLATION
