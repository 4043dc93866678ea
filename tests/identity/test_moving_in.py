# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords of another directory."""

from __future__ import annotations

import pytest
from passlib.hash import ldap_md5, ldap_salted_sha1

from dirserver.errors import NotAuthenticated
from dirserver.identity.moving_in import Given, MovingIn, Outcome
from dirserver.model.principal import Door
from dirserver.store.accounts import accounts
from tests.parts import open_parts

OLD = "hers since 2009"
OURS = "ada-has-a-long-password"


@pytest.fixture
def core(copied_url):
    parts = open_parts(copied_url)
    parts.identity.add_account("ada", name="Ada", mail="ada@example.com", password=OURS)
    parts.identity.add_account("bruno", name="Bruno", mail="bruno@example.com")
    parts.identity.add_account("chika", name="Chika", mail="chika@example.com")
    yield parts
    parts.close()


def hash_of(core, login):
    with core.store.reading() as tx:
        return accounts.by_login_or_mail(tx, login).password_hash


def test_who_has_no_password_keeps_the_old_one_and_it_is_hashed_anew_when_typed(core):
    stored = ldap_salted_sha1.hash(OLD)
    given = [
        Given(1, ("ada",), (stored,)),
        Given(5, ("BRUNO",), ("plain", stored.replace("{SSHA}", "{ssha}"))),
        Given(9, ("bruno@example.com",), (stored,)),
        Given(13, ("chika",), (ldap_md5.hash(OLD),)),
        Given(17, ("zed",), (stored,)),
        Given(21, (), (stored,)),
    ]
    moving = MovingIn(core.store, clock=core.clock)
    planned = moving.plan(given)
    assert hash_of(core, "bruno") is None
    assert moving.take(given) == planned
    assert [(each.line, each.login, each.outcome) for each in planned] == [
        (1, "ada", Outcome.HAS_ONE),
        (5, "bruno", Outcome.SET),
        (9, "bruno", Outcome.HAS_ONE),
        (13, "chika", Outcome.UNUSABLE),
        (17, "zed", Outcome.NO_ACCOUNT),
        (21, "", Outcome.NO_ACCOUNT),
    ]
    assert hash_of(core, "bruno") == stored
    assert core.identity.authenticate("bruno", OLD, door=Door.WEB, address="192.0.2.1").login == "bruno"
    assert hash_of(core, "bruno").startswith("$argon2id$")
    core.identity.authenticate("ada", OURS, door=Door.WEB, address="192.0.2.1")
    with pytest.raises(NotAuthenticated):
        core.identity.authenticate("chika", OLD, door=Door.WEB, address="192.0.2.1")


def test_a_second_run_changes_nothing(core):
    moving = MovingIn(core.store, clock=core.clock)
    given = [Given(1, ("bruno",), (ldap_salted_sha1.hash(OLD),))]
    moving.take(given)
    kept = hash_of(core, "bruno")
    assert [each.outcome for each in moving.take([Given(1, ("bruno",), (ldap_salted_sha1.hash("another one"),))])] == [Outcome.HAS_ONE]
    assert hash_of(core, "bruno") == kept
    assert "SSHA" not in repr(given)


def test_a_closed_account_keeps_none(core):
    core.identity.close_account("bruno")
    (told,) = MovingIn(core.store, clock=core.clock).take([Given(1, ("bruno",), (ldap_salted_sha1.hash(OLD),))])
    assert (told.outcome, hash_of(core, "bruno")) == (Outcome.CLOSED, None)
