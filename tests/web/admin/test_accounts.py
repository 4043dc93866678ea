# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from dirserver.wiring import Parts
from tests.web.visitor import Visitor

ACCOUNTS = "/admin/accounts"


@pytest.mark.parametrize(
    "query, shown, hidden",
    [
        ("", "ada", "nobody"),
        ("?q=brun", "/admin/accounts/bruno", "/admin/accounts/ada"),
        ("?state=closed", "/admin/accounts/finn", "/admin/accounts/ada"),
        ("?state=administrators", "/admin/accounts/admin", "/admin/accounts/ada"),
        ("?state=odd&page=0", "/admin/accounts/ada", "nobody"),
    ],
)
def test_accounts_are_found_by_text_and_state(admin: Visitor, query, shown, hidden):
    page = admin.open(ACCOUNTS + query)
    assert shown in page.html
    assert f'href="{hidden}"' not in page.html


def test_nothing_found_is_said(admin: Visitor):
    assert "There is no such account." in admin.open(ACCOUNTS + "?q=xyzzy").text


def test_a_new_account_is_made_and_shown(admin: Visitor, parts: Parts):
    page = admin.fill_in(ACCOUNTS, ACCOUNTS, login="gil", name="Gil", mail="gil@example.com")
    assert page.location == "/admin/accounts/gil"
    assert not parts.identity.account("gil").is_admin
    assert "Done." in admin.open("/admin/accounts/gil").text


def test_what_is_missing_or_taken_is_said_and_what_was_typed_stays(admin: Visitor):
    page = admin.fill_in(ACCOUNTS, ACCOUNTS, login="gil", name="", mail="")
    assert page.status == 422
    assert "Give a name." in page.text
    taken = admin.fill_in(ACCOUNTS, ACCOUNTS, login="ada", name="Ada the Second", mail="a2@example.com")
    assert taken.status == 409
    assert "There is an account 'ada' already." in taken.text
    assert 'value="Ada the Second"' in taken.html
