# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import D, Door

ACL = f"{D}acl"
SUPPORTED = f"{D}supported-privilege-set"
PLACES = ("/", "/ada/", "/ada/contacts/", "/ada/people/", "/ada/directory/", f"/ada/people/{uuid_of('ada')}.vcf")


@pytest.mark.parametrize("path", PLACES)
def test_the_list_says_of_everything_what_the_asker_may_and_nothing_of_others(door: Door, path: str):
    row = door.propfind(path, ACL, f"{D}current-user-privilege-set", f"{D}acl-restrictions", f"{D}inherited-acl-set").rows[0]
    assert row.missing == ()
    assert row.hrefs(ACL) == ([] if path == "/" else ["/dav/ada/"])
    granted = {each[0].tag for each in row.found[ACL].iter(f"{D}privilege")}
    assert granted == {each[0].tag for each in row.found[f"{D}current-user-privilege-set"].iter(f"{D}privilege")}
    assert row.found[ACL].find(f".//{D}protected") is not None


@pytest.mark.parametrize("path", PLACES)
def test_every_privilege_that_one_has_is_one_that_there_is(door: Door, path: str):
    row = door.propfind(path, SUPPORTED, f"{D}current-user-privilege-set").rows[0]
    there = {each.find(f"{D}privilege")[0].tag for each in row.found[SUPPORTED].iter(f"{D}supported-privilege")}
    assert {each[0].tag for each in row.found[f"{D}current-user-privilege-set"]} <= there
    assert len(row.found[SUPPORTED]) == 1


def test_a_list_cannot_be_set(door: Door):
    before = door.propfind("/ada/contacts/", ACL).body
    assert door.ask("ACL", "/ada/contacts/", '<acl xmlns="DAV:"/>').status == 405
    assert door.propfind("/ada/contacts/", ACL).body == before
