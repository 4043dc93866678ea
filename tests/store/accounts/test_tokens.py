# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of tokens."""

from __future__ import annotations

import pytest

from dirserver.errors import Conflict
from dirserver.store.accounts import accounts, tokens
from dirserver.store.accounts.tokens import TokenRow
from dirserver.store.engine.opening import Store
from tests.parts import open_parts


@pytest.fixture
def store(copied_url) -> Store:
    parts = open_parts(copied_url)
    parts.identity.add_account("ada", name="Ada", mail="")
    yield parts.store
    parts.close()


def _row(store: Store, digest: str) -> TokenRow:
    with store.reading() as tx:
        account = accounts.by_login_or_mail(tx, "ada")
    return TokenRow(0, account.id, digest, "cron", "read write", 5, None, None, "")


def test_a_row_comes_back_as_it_was_stored_with_its_account(store):
    row = _row(store, "aa")
    with store.writing() as tx:
        number = tokens.add(tx, row)
        tokens.note_use(tx, number, 9, "192.0.2.1")
    with store.reading() as tx:
        found = tokens.bearer(tx, "aa")
        assert tokens.bearer(tx, "bb") is None
        assert tokens.of_account(tx, row.account_id) == (found.token,)
    assert (found.token.id, found.token.scopes, found.token.last_used_us) == (number, "read write", 9)
    assert (found.login, found.is_active, found.is_loopback_only) == ("ada", True, False)


def test_two_tokens_never_share_a_hash(store):
    row = _row(store, "aa")
    with store.writing() as tx:
        tokens.add(tx, row)
    with pytest.raises(Conflict), store.writing() as tx:
        tokens.add(tx, row)


def test_dropping_tells_whether_there_was_one(store):
    row = _row(store, "aa")
    with store.writing() as tx:
        number = tokens.add(tx, row)
        assert not tokens.drop(tx, row.account_id + 1, number)
        assert tokens.drop(tx, row.account_id, number)
        assert not tokens.drop(tx, row.account_id, number)
