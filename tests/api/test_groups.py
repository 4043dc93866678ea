# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups and their members."""

from tests.cast import uuid_of


def test_groups_are_read_by_everybody_and_changed_by_who_may(ada, admin):
    told = {each["name"]: [one["name"] for one in each["members"]] for each in ada.ok("GET", "/groups")["items"]}
    assert sorted(told["sales"]) == ["ada", "bruno"]
    ada.refused("PUT", f"/groups/hr/members/{uuid_of('ada')}", 403)
    assert admin("PUT", f"/groups/hr/members/{uuid_of('dov')}").status_code == 204
    assert {each["name"] for each in ada.ok("GET", "/groups/hr")["members"]} == {"chika", "dov"}
    assert admin("DELETE", f"/groups/hr/members/{uuid_of('dov')}").status_code == 204


def test_a_group_comes_and_goes(admin):
    assert admin.ok("POST", "/groups", status=201, json={"name": "choir", "description": "Thursdays"})["description"] == "Thursdays"
    admin.refused("POST", "/groups", 409, json={"name": "choir"})
    assert admin("DELETE", "/groups/choir").status_code == 204
    admin.refused("GET", "/groups/choir", 404)
