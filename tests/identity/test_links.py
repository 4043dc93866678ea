# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, NotAuthenticated, NotFound, SecondStepNeeded
from dirserver.identity.links import RESET, Lifetimes
from dirserver.model.audit import Action
from dirserver.model.letter import Matter
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal
from dirserver.store.accounts import accounts, factors
from dirserver.store.accounts.factors import SeedRow
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from tests.cast import Company, password_of
from tests.identity.letters import letters, mailed, matters, secret_of
from tests.parts import CoreParts

__all__ = ["mailed"]

HERE = "127.0.0.1"
NEW = "a new password for the first time"
LIFETIMES = Lifetimes()


def add_gil(parts: CoreParts, mail: str = "gil@example.com") -> None:
    parts.identity.add_account("gil", name="Gil", mail=mail)


def actions(parts: CoreParts) -> list[str]:
    with parts.store.reading() as tx:
        return [event.action for event in audit.each(tx, Wanted())]


def asked(parts: CoreParts, login: str = "ada") -> str:
    """The secret of the link that somebody gets who says that the password is forgotten."""
    parts.identity.forgotten.say(login, address="192.0.2.7", language="pl")
    parts.identity.forgotten.answer()
    return secret_of(next(row for row in letters(parts) if row.matter == Matter.PASSWORD_LINK))


def test_who_is_invited_chooses_a_password_once(mailed: CoreParts) -> None:
    add_gil(mailed)
    come_from(Principal(Door.WEB, 1, "gil"), HERE)
    invited = mailed.identity.links.invite("gil", by_mail=True)
    (letter,) = letters(mailed)
    assert (letter.recipient, secret_of(letter), invited.is_mailed) == ("gil@example.com", invited.secret, True)
    assert invited.secret not in letter.sealed
    (open_one,) = mailed.identity.links.invitations()
    assert (open_one.account.login, open_one.invited_by, open_one.has_expired) == ("gil", "gil", False)
    mailed.clock.pass_s(LIFETIMES.invitation_s - 1)
    assert mailed.identity.redeem_password_link(invited.secret, NEW).login == "gil"
    assert mailed.identity.authenticate("gil", NEW, door=Door.WEB, address=HERE).login == "gil"
    # Nobody needs a letter about a password that they had none before.
    assert matters(mailed) == []
    assert mailed.identity.links.invitations() == ()
    with pytest.raises(NotFound):
        mailed.identity.redeem_password_link(invited.secret, NEW)
    assert actions(mailed)[-2:] == [Action.ACCOUNT_INVITED, Action.PASSWORD_SET]


def test_an_invitation_that_was_sent_again_or_taken_back_holds_no_more(mailed: CoreParts) -> None:
    add_gil(mailed)
    first = mailed.identity.links.invite("gil", by_mail=True)
    second = mailed.identity.links.invite("gil", by_mail=True)
    assert [secret_of(row) for row in letters(mailed)] == [second.secret]
    assert mailed.identity.account_of_link(first.secret) is None
    mailed.identity.links.revoke_invitation("gil")
    assert (mailed.identity.account_of_link(second.secret), letters(mailed)) == (None, ())
    with pytest.raises(NotFound):
        mailed.identity.links.revoke_invitation("gil")
    third = mailed.identity.links.invite("gil", by_mail=False)
    mailed.clock.pass_s(LIFETIMES.invitation_s)
    assert mailed.identity.account_of_link(third.secret) is None
    assert mailed.identity.links.invitations()[0].has_expired


def test_an_invitation_that_cannot_be_sent_says_what_to_do(parts: CoreParts, mailed: CoreParts) -> None:
    add_gil(mailed, mail="")
    for where, why in ((parts, "mail is not set up"), (mailed, "no mail address")):
        with pytest.raises(BadInput, match=why):
            where.identity.links.invite("gil", by_mail=True)
    assert parts.identity.links.invite("gil", by_mail=False).secret


def test_who_has_a_password_is_not_invited(mailed: CoreParts, company: Company) -> None:
    with pytest.raises(BadInput, match="has a password already"):
        mailed.identity.links.invite("ada", by_mail=True)


def test_who_forgot_the_password_gets_a_link_that_sets_another_one(mailed: CoreParts, company: Company) -> None:
    browser = mailed.identity.open_session(company.ada, address=HERE)
    secret = asked(mailed)
    assert mailed.identity.account_of_link(secret) is None, "a link to set another password is no welcome"
    assert mailed.identity.links.account_of(secret, RESET).login == "ada"
    mailed.identity.links.redeem(secret, NEW, RESET)
    assert mailed.identity.session(browser) is None
    assert mailed.identity.authenticate("ada", NEW, door=Door.WEB, address=HERE).login == "ada"
    with pytest.raises(NotAuthenticated):
        mailed.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address=HERE)
    assert ("ada", Matter.PASSWORD_CHANGED) in matters(mailed)
    with pytest.raises(NotFound):
        mailed.identity.links.redeem(secret, NEW, RESET)
    assert actions(mailed)[-3:-1] == [Action.RESET_ASKED, Action.PASSWORD_SET]


def test_cve_2026_73431_a_link_to_set_another_password_dies_with_the_one_before(mailed: CoreParts, company: Company) -> None:
    """authentik: used again after it had done its work. And bound to its purpose and account (CVE-2023-26481)."""
    secret = asked(mailed)
    mailed.identity.set_password("ada", NEW)
    assert mailed.identity.links.account_of(secret, RESET) is None
    assert Matter.PASSWORD_LINK not in [matter for _, matter in matters(mailed)]
    again = asked(mailed)
    mailed.clock.pass_s(LIFETIMES.reset_s)
    assert mailed.identity.links.account_of(again, RESET) is None


def test_a_link_ends_with_the_account(mailed: CoreParts, company: Company) -> None:
    secret = asked(mailed)
    mailed.identity.close_account("ada")
    mailed.identity.reopen_account("ada")
    assert mailed.identity.links.account_of(secret, RESET) is None
    assert Matter.PASSWORD_LINK not in [matter for _, matter in matters(mailed)]


def test_another_password_by_mail_does_not_skip_the_second_factor(mailed: CoreParts, company: Company) -> None:
    """Canaille: reset bypassed the second factor; GHSA-gv5w-8q25-785v (Nextcloud)."""
    with mailed.store.writing() as tx:
        ada = accounts.of_name(tx, "ada").id
        factors.add_seed(tx, SeedRow(0, ada, "0", "sealed", 1, 1, None))
        pending = factors.seed(tx, ada, is_confirmed=False)
        assert pending is not None
        factors.confirm_seed(tx, pending, 2, 3)
    principal = mailed.identity.links.redeem(asked(mailed), "owl7 fog", RESET)
    with pytest.raises(SecondStepNeeded):
        mailed.identity.open_session(principal, address=HERE)


def test_a_closed_account_or_one_without_address_is_sent_nothing(mailed: CoreParts, company: Company) -> None:
    for login in ("finn", "printer", "nobody at all"):
        mailed.identity.forgotten.say(login, address=HERE, language="en")
    assert mailed.identity.forgotten.answer() == 3
    assert letters(mailed) == ()
