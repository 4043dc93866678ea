# SPDX-License-Identifier: GPL-3.0-or-later
"""A password that was chosen beside a second factor has to grow when the last factor goes (NIST SP 800-63B-4 section 3.1.1.2)."""

from __future__ import annotations

import pytest

from dirserver.errors import NotAuthenticated
from dirserver.identity.second_factor import LongerPasswordNeeded
from dirserver.identity.strength import WeakPassword
from dirserver.model.principal import Door
from dirserver.store.accounts import factors
from tests.cast import Company, device_of, password_of
from tests.identity.second_factors import Factors, factors_of
from tests.parts import CoreParts

HERE = "127.0.0.1"
SHORT, LONG = "owl7 fog", "owl7 fog and some more"


@pytest.fixture
def made(parts: CoreParts, company: Company) -> Factors:
    """Ada has an app, and a password of eight characters."""
    found = factors_of(parts)
    found.enrol("ada")
    parts.identity.set_password("ada", SHORT)
    return found


def test_who_turns_the_last_factor_off_chooses_a_longer_password_first(made: Factors, parts: CoreParts) -> None:
    with pytest.raises(LongerPasswordNeeded):
        made.factor.remove_codes("ada", session="")
    assert made.factor.state("ada").is_on
    with pytest.raises(WeakPassword):
        parts.identity.set_password("ada", SHORT, stands_alone=True)
    parts.identity.set_password("ada", LONG, stands_alone=True)
    made.factor.remove_codes("ada", session="")
    assert not made.factor.state("ada").is_on
    assert parts.identity.authenticate("ada", LONG, door=Door.DAV, address=HERE).login == "ada"


def test_after_a_reset_a_short_password_opens_nothing_but_the_way_to_a_longer_one(made: Factors, parts: CoreParts) -> None:
    made.factor.reset("ada")
    assert made.factor.state("ada").must_lengthen
    for door in (Door.DAV, Door.LDAP):
        with pytest.raises(NotAuthenticated):
            parts.identity.authenticate("ada", SHORT, door=door, address=HERE)
        assert parts.identity.authenticate("ada", device_of("ada"), door=door, address=HERE).login == "ada"
    secret = parts.identity.open_session(parts.identity.authenticate("ada", SHORT, door=Door.WEB, address=HERE), address=HERE)
    session = parts.identity.session(secret)
    assert session is not None
    assert session.must_lengthen
    with pytest.raises(WeakPassword):
        parts.identity.set_password("ada", SHORT + "!", but_session=secret)
    parts.identity.set_password("ada", LONG, but_session=secret)
    again = parts.identity.session(secret)
    assert again is not None
    assert not again.must_lengthen
    assert parts.identity.authenticate("ada", LONG, door=Door.DAV, address=HERE).login == "ada"


def test_how_long_a_password_is_that_was_set_before_is_learnt_when_it_is_shown(made: Factors, parts: CoreParts) -> None:
    account_id = parts.identity.account("ada").id
    with parts.store.writing() as tx:
        factors.note_length(tx, account_id, is_short=False)
    parts.identity.authenticate("ada", SHORT, door=Door.WEB, address=HERE)
    with pytest.raises(LongerPasswordNeeded):
        made.factor.remove_codes("ada", session="")


def test_a_long_password_is_asked_for_nothing(parts: CoreParts, company: Company) -> None:
    found = factors_of(parts)
    found.enrol("ada")
    parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HERE)
    assert found.factor.reset("ada")
    assert not found.factor.state("ada").must_lengthen
