# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import D, Door, vcard

PATH = "/ada/contacts/n.vcf"


def test_an_entry_goes(door: Door):
    door.ask("PUT", PATH, vcard("n"))
    assert door.ask("DELETE", PATH).status == 204
    assert door.ask("GET", PATH).status == 404
    assert door.ask("DELETE", PATH).status == 404


def test_an_etag_is_kept(door: Door):
    etag = door.ask("PUT", PATH, vcard("n")).headers["etag"]
    assert door.ask("DELETE", PATH, if_match='"old"').status == 412
    assert door.ask("GET", PATH).status == 200
    assert door.ask("DELETE", PATH, if_match=etag).status == 204
    door.ask("PUT", PATH, vcard("n"))
    assert door.ask("DELETE", PATH, if_match="*").status == 204


def test_a_name_is_free_again_afterwards(door: Door):
    door.ask("PUT", PATH, vcard("n"))
    door.ask("DELETE", PATH)
    assert door.ask("PUT", PATH, vcard("n"), if_none_match="*").status == 201


@pytest.mark.parametrize(
    "path", [f"/ada/people/{uuid_of('dov')}.vcf", "/ada/people/", "/ada/", "/", "/ada/contacts/", f"/ada/directory/{uuid_of('dov')}.vcf"]
)
def test_who_may_not_delete_lacks_a_privilege(door: Door, path: str):
    answer = door.ask("DELETE", path)
    assert (answer.status, answer.preconditions) == (403, [f"{D}need-privileges"])
    assert door.ask("GET", f"/ada/people/{uuid_of('dov')}.vcf").status == 200


@pytest.mark.parametrize("path", ["/bruno/contacts/x.vcf", "/bruno/", "/ada/people/none.vcf"])
def test_what_does_not_show_is_404(door: Door, path: str):
    assert door.ask("DELETE", path).status == 404
