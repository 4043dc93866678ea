# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.identity.notices import tell_second_factor_changed
from dirserver.mail.composing import Composer
from dirserver.model.letter import Matter
from dirserver.model.origin import Browser, come_from, come_through
from dirserver.model.principal import Door, Principal
from tests.cast import Company
from tests.identity.letters import letters, mailed, matters
from tests.identity.second_factors import factors_of
from tests.mail.conftest import HEAD, SEALER
from tests.parts import CoreParts

__all__ = ["mailed"]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HERE = "192.0.2.7"


def said(parts: CoreParts) -> list[str]:
    """What the letters that wait will say."""
    composer = Composer(HEAD, SEALER)
    return [" ".join(composer.compose(row).get_content().split()) for row in letters(parts)]


def test_changes_of_ways_in_are_told_with_what_and_from_where(mailed: CoreParts, company: Company) -> None:
    come_from(company.ada, HERE)
    mailed.identity.set_password("ada", "a new password for the first time")
    mailed.clock.pass_s(1)
    mailed.identity.add_device_password("ada", label="my phone")
    mailed.clock.pass_s(1)
    with mailed.store.writing() as tx:
        assert company.ada.account_id is not None
        tell_second_factor_changed(tx, company.ada.account_id, "recovery-codes", mailed.clock())
        tell_second_factor_changed(tx, 10_000, "on", mailed.clock())
    password, device, factor = said(mailed)
    assert [matter for _, matter in matters(mailed)] == [Matter.PASSWORD_CHANGED, Matter.DEVICE_ADDED, Matter.SECOND_FACTOR_CHANGED]
    assert all(HERE in text for text in (password, device, factor))
    assert "“my phone”" in device
    assert "new recovery codes were made" in factor


def test_each_change_of_the_second_factor_is_told(mailed: CoreParts, company: Company) -> None:
    made = factors_of(mailed)
    made.enrol("ada")
    made.factor.renew_recovery_codes("ada")
    mailed.clock.pass_s(1)
    made.factor.remove_codes("ada", session="")
    mailed.clock.pass_s(1)
    assert not made.factor.reset("ada"), "there is nothing to tell of"
    told = said(mailed)
    assert [matter for _, matter in matters(mailed)] == [Matter.SECOND_FACTOR_CHANGED] * 3
    assert ["was set up" in told[0], "new recovery codes" in told[1], "turned off" in told[2]] == [True] * 3


def test_a_sign_in_by_a_browser_that_was_not_seen_is_told_once(mailed: CoreParts, company: Company) -> None:
    for word in ("first", "first", "second", "first", ""):
        come_through(Browser(FIREFOX, word))
        mailed.clock.pass_s(1)
        mailed.identity.open_session(company.ada, address=HERE)
    come_through(Browser())
    assert len(said(mailed)) == 3
    assert "Firefox, Linux, at 192.0.2.7" in said(mailed)[0]
    # The same browser is another one to somebody else.
    come_through(Browser(FIREFOX, "first"))
    mailed.clock.pass_s(1)
    mailed.identity.open_session(company.bruno, address=HERE)
    assert [login for login, _ in matters(mailed)] == ["ada", "ada", "ada", "bruno"]


def test_who_comes_by_a_link_is_not_told_of_it(mailed: CoreParts, company: Company) -> None:
    come_through(Browser(FIREFOX, "first"))
    mailed.identity.open_session(Principal(Door.WEB, company.ada.account_id, "ada", credential="link"), address=HERE)
    mailed.identity.open_session(company.ada, address=HERE)
    assert letters(mailed) == ()
