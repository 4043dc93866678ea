# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is sent to modifications."""

import pytest


def test_an_alias_is_as_good_as_the_name_but_not_beside_it(chika):
    assert chika.ok("PATCH", "/people/ada", json={"attributes": {"jobTitle": "Poet"}})["attributes"]["title"] == ["Poet"]
    chika.refused("PATCH", "/people/ada", 422, json={"attributes": {"jobTitle": "Poet", "title": "Bard"}})


@pytest.mark.parametrize(
    "attributes", [{"mail": "no address"}, {"mobile": [1]}, {"title": {"x": 1}}, {"birthDate": "yesterday"}, {"a/b": "x"}, {"cn": None}]
)
def test_a_value_that_cannot_be_stored_changes_nothing(chika, attributes):
    before = chika.ok("GET", "/people/ada")
    chika.refused("PATCH", "/people/ada", 422, json={"attributes": {"title": "Poet", **attributes}})
    assert chika.ok("GET", "/people/ada") == before


def test_a_name_is_another_change_in_the_same_step(chika):
    told = chika.ok("PATCH", "/people/ada", json={"name": "ada.l", "attributes": {"title": "Poet"}})
    assert (told["name"], told["attributes"]["title"]) == ("ada.l", ["Poet"])
    chika.refused("PATCH", "/people/ada.l", 409, json={"name": "bruno", "attributes": {"title": "Bard"}})
    assert chika.ok("GET", "/people/ada.l")["attributes"]["title"] == ["Poet"]
