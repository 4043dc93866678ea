# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.exchange.headers import meaning_of


@pytest.mark.parametrize(
    "header, attribute",
    [
        ("Given Name", "givenName"),
        ("First Name", "givenName"),
        ("E-mail 1 - Value", "mail"),
        ("E-mail 2 - Value", "mail"),
        ("E-mail 1 - Label", ""),
        ("Phone 1 - Value", "telephoneNumber"),
        ("Organization Name", "o"),
        ("Organization 1 - Title", "title"),
        ("Address 1 - Postal Code", "postalCode"),
        ("Address 2 - City", ""),
        ("Labels", "categories"),
        ("Mobile Phone", "mobile"),
        ("Business Phone", "telephoneNumber"),
        ("E-mail Address", "mail"),
        ("work-phone", "telephoneNumber"),
        ("nazwisko", "sn"),
        ("objectClass", ""),
        ("modifyTimestamp", ""),
        ("uuid", "entryUUID"),
        ("Shoe size", ""),
        ("", ""),
    ],
)
def test_headers_of_well_known_exports_are_guessed(header: str, attribute: str):
    assert meaning_of(header) == attribute
