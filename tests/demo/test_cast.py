# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.demo.cast import CAST, FINN, device_password, password
from dirserver.identity.strength import Rules


def test_each_of_the_cast_has_passwords_that_may_be_set():
    for role in (*CAST, FINN):
        assert password(role.uid) == f"demo-{role.uid}-password"
        assert device_password(role.uid) == f"demo-{role.uid}-device"
        Rules().check(password(role.uid), (role.uid, f"{role.given} {role.family}", role.mail), has_second_factor=False)


def test_addresses_are_folded_names():
    assert {role.uid: role.mail for role in (*CAST, FINN)} == {
        "ada": "ada.marlowe@example.com",
        "bruno": "bruno.teixeira@example.com",
        "chika": "chika.okafor@example.com",
        "dov": "dov.rosenthal@example.com",
        "esme": "esme.quintana@example.com",
        "finn": "finn.gardeneto@example.com",
    }
