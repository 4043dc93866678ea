# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest


@pytest.fixture
def ada(company):
    company.ok("account", "add", "ada", "--name", "Ada M", "--mail", "ada@example.com")
    return company


def test_a_device_password_is_shown_once_and_revoked_by_its_id(ada):
    secret = ada.ok("device-password", "add", "ada", "--label", "phone", "--scope", "dav").strip()
    (phone,) = ada.json("device-password", "list", "ada")
    assert (phone["label"], phone["scope"], secret in str(phone)) == ("phone", "dav", False)
    ada.ok("device-password", "revoke", "ada", phone["id"])
    assert ada.json("device-password", "list", "ada") == []
    assert ada.run("device-password", "revoke", "ada", "999").status == 4


def test_standard_output_holds_the_password_alone_so_that_scripts_can_take_it(ada):
    assert len(ada.ok("device-password", "add", "ada", "--label", "phone").split()) == 1


@pytest.mark.parametrize(
    "arguments, status", [(("zed", "--label", "x"), 4), (("ada", "--label", " "), 2), (("ada", "--label", "x", "--scope", "web"), 2)]
)
def test_what_cannot_be_is_told(ada, arguments, status):
    assert ada.run("device-password", "add", *arguments).status == status
