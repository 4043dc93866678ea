# SPDX-License-Identifier: GPL-3.0-or-later
"""A day of a phone, on each database engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from radicale_dirserver.application import make_app
from tests.cast import ADA_MOBILE, uuid_of
from tests.parts import CoreParts, open_parts
from tests.radicale_dirserver.conftest import DoorParts, furnish
from tests.radicale_dirserver.wsgi import D, Door, vcard


@pytest.fixture
def opened(database_url: str) -> Iterator[CoreParts]:
    parts = open_parts(database_url)
    furnish(parts)
    yield parts
    parts.close()


def test_a_phone_finds_copies_follows_searches_and_writes(opened: CoreParts):
    door = Door(make_app(DoorParts(opened.directory, opened.identity)))
    books = [row.path for row in door.propfind("/ada/", f"{D}resourcetype", depth="1").rows[1:]]
    assert books == ["/dav/ada/contacts/", "/dav/ada/clients/", "/dav/ada/people/"]
    people = door.sync("/ada/people/")
    assert len(people.rows) == 8
    assert door.sync("/ada/people/", people.token).rows == []
    assert len([row for row in door.sync("/ada/people/", "invented").rows if row.status is None]) == 8
    etag = door.ask("PUT", "/ada/contacts/n.vcf", vcard("n"), if_none_match="*").headers["etag"]
    token = door.sync("/ada/contacts/").token
    assert door.ask("PUT", "/ada/contacts/n.vcf", vcard("n", "NOTE:2"), if_match='"old"').status == 412
    assert door.ask("PUT", "/ada/contacts/n.vcf", vcard("n", "NOTE:2"), if_match=etag).status == 204
    assert [row.path for row in door.sync("/ada/contacts/", token).rows] == ["/dav/ada/contacts/n.vcf"]
    number = f'<c:prop-filter name="TEL"><c:text-match>{ADA_MOBILE}</c:text-match></c:prop-filter>'
    assert [row.path for row in door.query("/ada/people/", number).rows] == [f"/dav/ada/people/{uuid_of('ada')}.vcf"]
    assert door.signed_as("esme").query("/esme/people/", number).rows == []
    assert door.ask("DELETE", "/ada/contacts/n.vcf").status == 204
    assert [row.status for row in door.sync("/ada/contacts/", token).rows] == [404]
