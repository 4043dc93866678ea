# SPDX-License-Identifier: GPL-3.0-or-later
"""Who sees what of me."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "kind, sees, hides",
    [
        ("authenticated", ("ada@example.com", "555 0101", "Łukasińska"), ("555 0102",)),
        ("group:contractors", ("Łukasińska",), ("ada@example.com", "555 0101", "555 0102")),
        ("manager", ("ada@example.com",), ("555 0102",)),
        ("anonymous", ("don't see that you are here",), ("ada@example.com", "Account Manager")),
    ],
)
def test_i_look_at_my_entry_with_the_eyes_of_others(ada, kind, sees, hides):
    page = ada.open(f"/me/seen-by?as={kind}")
    text = page.text[page.text.index("Choose somebody") :].replace("5550", "555 0")
    assert page.status == 200
    for each in sees:
        assert each in text
    for each in hides:
        assert each not in text


@pytest.mark.parametrize("kind", ["group:sales", "account:bruno", "self", "%00", ""])
def test_who_is_no_kind_of_onlooker_is_not_found(ada, kind):
    assert ada.open(f"/me/seen-by?as={kind}").status == 404
