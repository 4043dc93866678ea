# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens of the JSON API."""

from __future__ import annotations

import pytest

from dirserver.errors import BadInput, NotAuthenticated, NotFound
from dirserver.identity.tokens import Tokens, TokenScope
from dirserver.model.principal import Door
from tests.parts import KEY, CoreParts, open_parts

DAY_S = 24 * 3600


@pytest.fixture
def core(copied_url):
    parts = open_parts(copied_url)
    parts.identity.add_account("ada", name="Ada", mail="ada@example.com", password="ada-has-a-long-password")
    parts.identity.add_account("demo", name="Demo", mail="", is_loopback_only=True)
    yield parts
    parts.close()


@pytest.fixture
def tokens(core: CoreParts) -> Tokens:
    return Tokens(core.store, KEY, clock=core.clock)


def test_a_token_acts_for_its_account_within_its_scopes(tokens):
    secret = tokens.add("ada@example.com", label=" cron ", scopes=[TokenScope.READ, TokenScope.BULK])
    shown = tokens.shown(secret, address="192.0.2.1")
    assert (shown.principal.login, shown.principal.door) == ("ada", Door.API)
    assert shown.scopes == {TokenScope.READ, TokenScope.BULK}
    (told,) = tokens.listed("ada")
    assert (told.label, told.last_used_address, secret in repr(told)) == ("cron", "192.0.2.1", False)


def test_a_token_ends_with_its_days_when_it_is_revoked_and_with_its_account(core, tokens):
    secret = tokens.add("ada", label="a", scopes=[TokenScope.READ], days=2)
    core.clock.pass_s(2 * DAY_S - 1)
    tokens.shown(secret, address="")
    core.clock.pass_s(2)
    with pytest.raises(NotAuthenticated):
        tokens.shown(secret, address="")
    lasting = tokens.add("ada", label="b", scopes=[TokenScope.READ])
    tokens.revoke("ada", tokens.listed("ada")[0].id)
    assert [each.label for each in tokens.listed("ada")] == ["b"]
    core.identity.close_account("ada")
    with pytest.raises(NotAuthenticated):
        tokens.shown(lasting, address="")


def test_a_token_of_the_sample_company_is_good_on_this_machine_only(tokens):
    secret = tokens.add("demo", label="a", scopes=[TokenScope.READ])
    assert tokens.shown(secret, address="127.0.0.1").principal.login == "demo"
    with pytest.raises(NotAuthenticated):
        tokens.shown(secret, address="192.0.2.1")


@pytest.mark.parametrize("secret", ["", "dirserver_", "dirserver_wrong", "ada-has-a-long-password", "dirserver_\udc80"])
def test_what_is_no_token_is_told_alike(tokens, secret):
    with pytest.raises(NotAuthenticated, match="this token is none"):
        tokens.shown(secret, address="")


def test_nobody_revokes_the_token_of_somebody_else(core, tokens):
    core.identity.add_account("bob", name="Bob", mail="")
    tokens.add("ada", label="a", scopes=[TokenScope.READ])
    with pytest.raises(NotFound):
        tokens.revoke("bob", tokens.listed("ada")[0].id)


@pytest.mark.parametrize(
    "label, scopes, days",
    [("", [TokenScope.READ], None), ("x" * 101, [TokenScope.READ], None), ("a\nb", [TokenScope.READ], None), ("a", [], None)]
    + [("a", [TokenScope.READ], days) for days in (0, 4000)],
)
def test_what_can_be_no_token_is_refused(tokens, label, scopes, days):
    with pytest.raises(BadInput):
        tokens.add("ada", label=label, scopes=scopes, days=days)


def test_a_closed_account_is_given_nothing_that_would_open_it_later(core, tokens):
    core.identity.close_account("ada")
    for give in (
        lambda: tokens.add("ada", label="a", scopes=[TokenScope.READ]),
        lambda: core.identity.add_device_password("ada", label="phone"),
        lambda: core.identity.make_password_link("ada"),
        lambda: core.identity.set_password("ada", "another long enough password"),
    ):
        with pytest.raises(BadInput, match="ada is closed; open it again first"):
            give()
    core.identity.reopen_account("ada")
    assert (tokens.listed("ada"), core.identity.device_passwords("ada")) == ((), ())
