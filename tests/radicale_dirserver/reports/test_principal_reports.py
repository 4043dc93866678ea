# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import D, Door, vcard

REPORTS = ("expand-property", "principal-match", "principal-property-search", "principal-search-property-set", "acl-principal-prop-set")
ENTRY = f"/ada/people/{uuid_of('ada')}.vcf"


@pytest.mark.parametrize("path", ["/", "/ada/", "/ada/people/", "/ada/contacts/", "/ada/directory/", ENTRY])
def test_every_report_that_is_listed_is_answered_and_no_other(door: Door, path: str):
    row = door.propfind(path, f"{D}supported-report-set").rows[0]
    listed = {each[0].tag for each in row.found[f"{D}supported-report-set"].iter(f"{D}report")}
    for name in REPORTS:
        answer = door.ask("REPORT", path, f'<{name} xmlns="DAV:"/>')
        refused = answer.status == 403 and answer.preconditions == [f"{D}supported-report"]
        assert refused is (f"{D}{name}" not in listed), name


def test_what_can_be_searched_is_told(door: Door):
    answer = door.ask("REPORT", "/", '<principal-search-property-set xmlns="DAV:"/>')
    assert answer.status == 200
    assert len(answer.xml.findall(f"{D}principal-search-property/{D}prop/*")) == 2


def test_one_is_told_who_one_is(door: Door):
    body = '<principal-match xmlns="DAV:"><self/><prop><displayname/></prop></principal-match>'
    dov = door.signed_as("dov")
    assert [(row.path, row.text(f"{D}displayname")) for row in door.ask("REPORT", "/", body).rows][:1] == [("/dav/ada/", "Ada Łukasińska")]
    assert [row.path for row in dov.ask("REPORT", "/", body).rows] == ["/dav/dov/"], "who is in no group is nobody else"


def test_what_one_owns_is_found(door: Door):
    door.ask("PUT", "/ada/contacts/n.vcf", vcard("n"))
    body = '<principal-match xmlns="DAV:"><principal-property><owner/></principal-property></principal-match>'
    assert [row.path for row in door.ask("REPORT", "/", body).rows] == ["/dav/ada/", "/dav/ada/contacts/", "/dav/ada/contacts/n.vcf"]
    assert [row.path for row in door.ask("REPORT", "/ada/contacts/", body).rows] == ["/dav/ada/contacts/n.vcf"]
    assert door.ask("REPORT", "/ada/people/", body).rows == []


def test_an_access_list_names_its_reader(door: Door):
    body = '<acl-principal-prop-set xmlns="DAV:"><prop><displayname/></prop></acl-principal-prop-set>'
    assert [row.path for row in door.ask("REPORT", "/ada/people/", body).rows] == ["/dav/ada/"]
    assert door.ask("REPORT", "/", body).rows == []
    assert door.ask("REPORT", "/ada/none/", body).status == 404


def test_a_property_is_expanded_to_what_it_points_at(door: Door):
    body = (
        '<expand-property xmlns="DAV:"><property name="displayname"/><property name="owner"><property name="displayname"/>'
        '<property name="principal-collection-set"><property name="resourcetype"/></property></property>'
        '<property name="resource-id"><property name="displayname"/></property></expand-property>'
    )
    root = door.ask("REPORT", "/ada/contacts/", body).xml
    owner = root.find(f"{D}response/{D}propstat/{D}prop/{D}owner/{D}response")
    assert owner is not None
    assert owner.findtext(f"{D}href") == "/dav/ada/"
    assert owner.findtext(f"{D}propstat/{D}prop/{D}displayname") == "Ada Łukasińska"
    inner = owner.find(f".//{D}principal-collection-set/{D}response/{D}propstat/{D}prop/{D}resourcetype/{D}collection")
    assert inner is not None
    assert (root.findtext(f".//{D}resource-id/{D}href") or "").startswith("urn:uuid:")


@pytest.mark.parametrize("path", ["/bruno/", "/ada/none/", "/ada/people/none.vcf"])
def test_what_is_not_there_is_not_expanded(door: Door, path: str):
    assert door.ask("REPORT", path, '<expand-property xmlns="DAV:"><property name="owner"/></expand-property>').status == 404
