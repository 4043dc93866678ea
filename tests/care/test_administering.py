# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.administering import Administration
from dirserver.care.trail import Query, Trail
from dirserver.errors import Conflict, NotAllowed, NotAuthenticated, NotFound
from dirserver.identity.tokens import Tokens
from dirserver.model.account import AccountState
from dirserver.model.audit import Action
from dirserver.model.origin import come_from
from dirserver.model.principal import Door, Principal
from tests.cast import Company, password_of
from tests.parts import CoreParts


@pytest.fixture
def administration(parts: CoreParts) -> Administration:
    return Administration(
        parts.store, parts.identity, Tokens(parts.store, b"k" * 32, clock=lambda: 5), Trail(parts.store), clock=lambda: 10**15
    )


@pytest.mark.parametrize("who", ["ada", "bruno", "chika", "dov", "esme", "printer", "nobody"])
def test_only_administrators_look_after_accounts(administration, company: Company, who):
    with pytest.raises(NotAllowed):
        administration.opened(getattr(company, who))


def test_a_closed_administrator_is_none(parts: CoreParts, administration, company: Company):
    parts.identity.add_account("second", name="", mail="", is_admin=True)
    parts.identity.close_account("admin")
    with pytest.raises(NotAuthenticated):
        administration.opened(company.admin)


def test_an_administrator_changes_who_an_account_is(parts: CoreParts, administration, company: Company):
    come_from(company.admin, "192.0.2.7")
    changed = administration.opened(company.admin).change("ada", name=" Ada B. ", mail="Ada.B@example.com", is_admin=False)
    assert (changed.name, changed.mail) == ("Ada B.", "Ada.B@example.com")
    assert parts.identity.authenticate("ada.b@example.com", password_of("ada"), door=Door.WEB, address="127.0.0.1").login == "ada"
    told = Trail(parts.store).newest(Query(target="account:ada"), 1)
    assert [(one.actor, one.action, one.fields) for one in told] == [("account:admin", Action.ACCOUNT_CHANGED, ("name", "mail"))]


def test_links_end_with_the_mail_address_that_they_went_to(parts: CoreParts, administration, company: Company):
    office, secret = administration.opened(company.admin), parts.identity.make_password_link("ada")
    office.change("ada", name="Ada B.", mail=parts.identity.account("ada").mail, is_admin=False)
    assert parts.identity.account_of_link(secret) is not None
    office.change("ada", name="Ada B.", mail="elsewhere@example.com", is_admin=False)
    assert parts.identity.account_of_link(secret) is None


def test_what_is_the_same_is_no_change(parts: CoreParts, administration, company: Company):
    before = Trail(parts.store).head()
    account = parts.identity.account("ada")
    administration.opened(company.admin).change("ada", name=account.name, mail=account.mail, is_admin=account.is_admin)
    assert Trail(parts.store).head() == before


def test_powers_are_given_and_taken_but_somebody_keeps_them(parts: CoreParts, administration, company: Company):
    office = administration.opened(company.admin)
    with pytest.raises(Conflict, match="only administrator"):
        office.change("admin", name="", mail="", is_admin=False)
    assert office.change("ada", name="Ada", mail="", is_admin=True).is_admin
    assert administration.opened(Principal(Door.WEB, parts.identity.account("ada").id, "ada"))
    assert not office.change("admin", name="", mail="", is_admin=False).is_admin
    with pytest.raises(NotAllowed):
        administration.opened(company.admin)


def test_an_account_is_shown_whole(parts: CoreParts, administration, company: Company):
    sheet = administration.opened(company.admin).sheet("ada")
    assert sheet.account.login == "ada"
    assert sheet.line.device_count == len(sheet.devices) == len(parts.identity.device_passwords("ada")) > 0
    with pytest.raises(NotFound):
        administration.opened(company.admin).sheet("nobody-there")


def test_idle_accounts_are_found_by_the_clock(administration, company: Company):
    office = administration.opened(company.admin)
    assert office.accounts(state=AccountState.IDLE, limit=50).total == 0, "they were made after that"
    assert [line.account.login for line in office.accounts("ada", limit=50).lines] == ["ada"]


def test_what_an_administrator_does_with_an_account_counts_at_once(parts: CoreParts, administration, company: Company):
    office = administration.opened(company.admin)
    assert office.add("gil", name="Gil", mail="gil@example.com", is_admin=False).login == "gil"
    assert parts.identity.account_of_link(office.make_link("gil")).login == "gil"
    office.revoke_device("ada", office.sheet("ada").devices[0].id)
    office.close("gil")
    assert not parts.identity.account("gil").is_active
    office.reopen("gil")
    assert parts.identity.account("gil").is_active
