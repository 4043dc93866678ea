# SPDX-License-Identifier: GPL-3.0-or-later
"""Which entries a list holds."""

import pytest

from tests.cast import uuid_of


def test_an_entry_is_named_by_its_id_in_any_spelling(ada):
    for spelled in (uuid_of("bruno"), uuid_of("bruno").upper(), uuid_of("bruno").replace("-", ""), "BRUNO"):
        assert ada.ok("GET", f"/people/{spelled}")["name"] == "bruno"


def test_a_contact_is_not_named_by_anything_but_its_id(ada):
    made = ada.ok("POST", "/contacts", status=201, json={"book": "clients", "name": "neu", "attributes": {"o": "Neu AG"}})
    assert ada.ok("GET", f"/contacts/{made['id']}")["name"] == "neu"
    ada.refused("GET", "/contacts/neu", 404)


def test_what_changed_since_a_moment_is_a_list_too(ada, chika):
    moment = chika.ok("PATCH", "/people/zoe", json={"attributes": {"title": "Boss"}})["modified_at"][:19] + "Z"
    assert "zoe" in {each["name"] for each in ada.ok("GET", f"/people?modified_since={moment}")["items"]}
    assert ada.ok("GET", "/people?modified_since=2999-01-01T00:00:00Z")["items"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "modified_since=today", "state=lost", "q=a&mail=b", "colour=red"])
def test_a_condition_that_cannot_be_is_named(ada, query):
    assert ada.refused("GET", f"/people?{query}", 422)["mistakes"]


def test_the_trash_shows_to_those_who_may_delete_only(chika, ada):
    chika("DELETE", "/people/zoe")
    assert ada.ok("GET", "/people?state=trashed")["items"] == []
    assert [each["name"] for each in chika.ok("GET", "/people?state=trashed")["items"]] == ["zoe"]
