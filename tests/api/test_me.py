# SPDX-License-Identifier: GPL-3.0-or-later
"""The token's own account and person."""


def test_who_am_i(ada):
    told = ada.ok("GET", "/me")
    assert (told["login"], told["entry"]["name"], told["is_admin"]) == ("ada", "ada", False)


def test_i_change_my_own_entry(ada):
    assert ada.ok("PATCH", "/me", json={"attributes": {"title": "Poet"}})["attributes"]["title"] == ["Poet"]


def test_an_account_without_an_entry_has_none_to_change(admin):
    assert admin.ok("GET", "/me")["entry"] is None
    admin.refused("PATCH", "/me", 404, json={})
