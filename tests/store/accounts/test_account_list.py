# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts as a list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.identity.account import Scope
from dirserver.model.account import AccountState
from dirserver.store.accounts import account_list, accounts
from dirserver.store.accounts.account_list import WantedAccounts
from tests.parts import CoreParts, open_parts


@pytest.fixture
def parts(copied_url) -> CoreParts:
    opened = open_parts(copied_url)
    opened.identity.add_account("ada", name="Ada Łukasińska", mail="ada@example.com", password="ada-has-a-long-password")
    opened.identity.add_account("bruno", name="Bruno 100% König", mail="boss@example.com")
    opened.identity.add_account("root", name="", mail="", is_admin=True)
    yield opened
    opened.close()


def _logins(parts: CoreParts, text: str = "", state: AccountState = AccountState.ANY, idle_before_us: int = 0) -> list[str]:
    wanted = WantedAccounts(text, state, idle_before_us)
    with parts.store.reading() as tx:
        found = [used.row.login for used in account_list.found(tx, wanted, limit=10, offset=0)]
        assert account_list.count(tx, wanted) == len(found)
    return found


@pytest.mark.parametrize(
    "text, logins",
    [
        ("", ["ada", "bruno", "root"]),
        ("ADA@", ["ada"]),
        ("boss", ["bruno"]),
        ("100%", ["bruno"]),
        ("%", ["bruno"]),
        ("könig", ["bruno"]),
        ("nobody", []),
    ],
)
def test_an_account_is_found_by_a_part_of_its_login_address_or_name(parts, text, logins):
    assert _logins(parts, text) == logins


def test_accounts_are_found_by_state(parts):
    parts.identity.close_account("bruno")
    assert _logins(parts, state=AccountState.OPEN) == ["ada", "root"]
    assert _logins(parts, state=AccountState.CLOSED) == ["bruno"]
    assert _logins(parts, state=AccountState.ADMINISTRATORS) == ["root"]
    assert _logins(parts, state=AccountState.WITHOUT_PASSWORD) == ["root"]


def test_idle_is_who_neither_came_lately_nor_is_new(parts):
    with parts.store.writing() as tx:
        for login, made_us, used_us in (("ada", 100, 900), ("bruno", 100, 200), ("root", 800, 0)):
            row = accounts.of_name(tx, login)
            accounts.save(tx, replace(row, created_us=made_us))
            account_list.note_sign_in(tx, row.id, used_us)
    assert _logins(parts, state=AccountState.IDLE, idle_before_us=500) == ["bruno"]


def test_the_last_use_is_that_of_whatever_was_used_last(parts):
    parts.identity.add_device_password("ada", label="phone", scope=Scope.ALL)
    with parts.store.writing() as tx:
        row = accounts.of_name(tx, "ada")
        account_list.note_sign_in(tx, row.id, 50)
        accounts.note_use(tx, accounts.devices(tx, row.id)[0].id, 70, "192.0.2.1", "dav")
    with parts.store.reading() as tx:
        used = account_list.used(tx, row.id)
        never = account_list.used(tx, accounts.of_name(tx, "bruno").id)
        assert account_list.used(tx, 10**6) is None
    assert (used.last_used_us, used.device_count) == (70, 1)
    assert (never.last_used_us, never.device_count) == (None, 0)


def test_pages_of_the_list_follow_each_other(parts):
    with parts.store.reading() as tx:
        pages = [account_list.found(tx, WantedAccounts(), limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [[used.row.login for used in page] for page in pages] == [["ada", "bruno"], ["root"], []]
