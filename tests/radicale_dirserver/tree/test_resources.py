# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.radicale_dirserver.wsgi import D, Door, S


def test_a_principal_has_an_identity_of_its_own_and_its_mail_address(door: Door):
    row = door.propfind("/ada/", f"{D}resource-id", f"{D}alternate-URI-set", f"{S}email-address-set").rows[0]
    assert row.missing == ()
    assert row.hrefs(f"{D}alternate-URI-set") == ["mailto:ada@example.com"]
    bruno = door.signed_as("bruno").propfind("/bruno/", f"{D}resource-id").rows[0]
    assert bruno.hrefs(f"{D}resource-id") != row.hrefs(f"{D}resource-id")


def test_a_book_is_the_same_in_every_home(door: Door):
    mine = door.propfind("/ada/people/", f"{D}resource-id").rows[0]
    assert door.signed_as("bruno").propfind("/bruno/people/", f"{D}resource-id").rows[0].hrefs(f"{D}resource-id") == mine.hrefs(
        f"{D}resource-id"
    )
