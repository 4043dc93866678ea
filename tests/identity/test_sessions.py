# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest

from dirserver.errors import BadInput, NotAuthenticated, NotFound
from dirserver.identity.sessions import Limits
from dirserver.model.origin import Browser, come_through
from dirserver.model.principal import Door, Principal
from tests.cast import Company, password_of
from tests.parts import CoreParts

HERE = "127.0.0.1"
LIMITS = Limits()
NEW = "a new password for the first time"


def test_a_session_knows_whose_it_is_and_ends_when_it_is_closed(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.open_session(company.ada, address=HERE)
    found = parts.identity.session(secret)
    assert found is not None
    assert found.principal == Principal(Door.WEB, company.ada.account_id, "ada")
    assert found.account.login == "ada"
    assert secret not in repr(found)
    parts.identity.close_session(secret)
    assert parts.identity.session(secret) is None
    parts.identity.close_session(secret)


def test_every_session_has_its_own_secret_and_form_key(parts: CoreParts, company: Company) -> None:
    secrets = [parts.identity.open_session(company.ada, address=HERE) for _ in range(5)]
    keys = {parts.identity.session(secret).csrf_key for secret in secrets}
    assert len(set(secrets)) == len(keys) == 5
    assert min(map(len, secrets)) >= 43


@pytest.mark.parametrize("secret", ["", "guess", "\x00", "\ud800", "x" * 10_000])
def test_a_guessed_secret_is_no_session(parts: CoreParts, company: Company, secret: str) -> None:
    parts.identity.open_session(company.ada, address=HERE)
    assert parts.identity.session(secret) is None


def test_a_session_that_is_idle_for_too_long_is_over(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.open_session(company.ada, address=HERE)
    for _ in range(3):
        parts.clock.pass_s(LIMITS.session_idle_s - 1)
        assert parts.identity.session(secret) is not None
    parts.clock.pass_s(LIMITS.session_idle_s + 1)
    assert parts.identity.session(secret) is None


def test_a_session_ends_some_day_however_busy_it_is(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.open_session(company.ada, address=HERE)
    step = LIMITS.session_idle_s // 2
    for _ in range(LIMITS.session_absolute_s // step):
        parts.clock.pass_s(step)
        assert parts.identity.session(secret) is not None
    parts.clock.pass_s(step)
    assert parts.identity.session(secret) is None


def test_nobody_in_particular_has_no_session(parts: CoreParts, company: Company) -> None:
    for principal in (company.nobody, company.system, Principal(Door.WEB, 10_000, "nemo")):
        with pytest.raises(NotAuthenticated):
            parts.identity.open_session(principal, address=HERE)


def test_a_link_sets_the_password_once(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.make_password_link("admin")
    assert parts.identity.account_of_link(secret).login == "admin"
    browser = parts.identity.open_session(company.admin, address=HERE)
    principal = parts.identity.redeem_password_link(secret, NEW)
    assert principal == Principal(Door.WEB, company.admin.account_id, "admin")
    assert parts.identity.session(browser) is None
    assert parts.identity.account_of_link(secret) is None
    with pytest.raises(NotFound, match="ask for a new one"):
        parts.identity.redeem_password_link(secret, "yet another password, by somebody else")
    assert parts.identity.authenticate("admin", NEW, door=Door.WEB, address=HERE).login == "admin"
    with pytest.raises(NotAuthenticated):
        parts.identity.authenticate("admin", password_of("admin"), door=Door.WEB, address=HERE)


def test_a_link_is_over_after_a_quarter_of_an_hour(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.make_password_link("admin")
    parts.clock.pass_s(15 * 60 - 1)
    assert parts.identity.account_of_link(secret) is not None
    parts.clock.pass_s(2)
    assert parts.identity.account_of_link(secret) is None
    with pytest.raises(NotFound):
        parts.identity.redeem_password_link(secret, NEW)


def test_a_weak_password_does_not_use_the_link_up(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.make_password_link("admin")
    with pytest.raises(BadInput, match="short"):
        parts.identity.redeem_password_link(secret, "short")
    assert parts.identity.redeem_password_link(secret, NEW).login == "admin"


@pytest.mark.parametrize("secret", ["", "guess", "\x00", "\ud800"])
def test_a_guessed_link_opens_nothing(parts: CoreParts, company: Company, secret: str) -> None:
    parts.identity.make_password_link("admin")
    assert parts.identity.account_of_link(secret) is None
    with pytest.raises(NotFound):
        parts.identity.redeem_password_link(secret, NEW)


def test_the_link_of_a_closed_account_opens_nothing(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.make_password_link("ada")
    parts.identity.close_account("ada")
    assert parts.identity.account_of_link(secret) is None
    with pytest.raises(NotFound):
        parts.identity.redeem_password_link(secret, NEW)


def test_two_who_use_a_link_at_once_do_not_both_get_in(parts: CoreParts, company: Company) -> None:
    secret = parts.identity.make_password_link("admin")
    start = threading.Barrier(4)
    told: list[str] = []

    def redeem(number: int) -> None:
        start.wait(30)
        try:
            parts.identity.redeem_password_link(secret, f"{NEW} {number}")
            told.append("in")
        except NotFound:
            told.append("out")

    threads = [threading.Thread(target=redeem, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["in", "out", "out", "out"]


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_sessions_are_listed_and_ended_one_by_one_or_all_but_this(parts: CoreParts, company: Company) -> None:
    come_through(Browser(FIREFOX))
    first = parts.identity.open_session(company.ada, address="192.0.2.1")
    come_through(Browser())
    parts.clock.pass_s(60)
    here, third = (parts.identity.open_session(company.ada, address=HERE) for _ in range(2))
    others = parts.identity.open_session(company.bruno, address=HERE)
    listed = parts.identity.sessions.of_account(company.ada.account_id, present=here)
    assert [one.is_present for one in listed].count(True) == 1
    assert (listed[-1].browser, listed[-1].address) == ("Firefox, Linux", "192.0.2.1")
    assert not any(secret in repr(listed) for secret in (first, here, third))
    (bruno,) = parts.identity.sessions.of_account(company.bruno.account_id, present=others)
    with pytest.raises(NotFound):
        parts.identity.sessions.end(company.ada.account_id, bruno.id)
    parts.identity.sessions.end(company.ada.account_id, listed[-1].id)
    assert parts.identity.session(first) is None
    assert parts.identity.sessions.end_others(company.ada.account_id, present=here) == 1
    assert [parts.identity.session(secret) is not None for secret in (here, third, others)] == [True, False, True]
    parts.clock.pass_s(LIMITS.session_idle_s + 1)
    assert parts.identity.sessions.of_account(company.ada.account_id, present=here) == ()


def test_a_password_changed_in_a_browser_leaves_that_one_signed_in(parts: CoreParts, company: Company) -> None:
    here, elsewhere = (parts.identity.open_session(company.ada, address=HERE) for _ in range(2))
    link = parts.identity.make_password_link("ada")
    parts.identity.set_password("ada", NEW, but_session=here)
    assert [parts.identity.session(secret) is not None for secret in (here, elsewhere)] == [True, False]
    assert parts.identity.account_of_link(link) is None
    parts.identity.set_password("ada", f"{NEW} again")
    assert parts.identity.session(here) is None
