# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.principal import Principal
from dirserver.web.admin import who_can
from dirserver.wiring import Parts
from tests.web.visitor import Visitor

PATH = "/admin/who-can"


def test_nobody_is_asked_about_before_it_is_said_what(admin: Visitor):
    page = admin.open(PATH)
    assert 'value="people"' in page.html
    assert 'id="same-' not in page.html
    assert f"{PATH}?what=people" in admin.open("/admin/grants").links


def test_those_who_may_the_same_for_the_same_reasons_stand_together(admin: Visitor):
    told = admin.open(f"{PATH}?what=people").text
    assert "Decided by: Everybody with an account (may look)." in told
    assert "Administrators may do everything in every shared book." in told
    assert "on their own entry" in told
    assert "on the entries of their reports" in told


def test_of_an_entry_it_is_told_who_may_more_on_it(admin: Visitor):
    page = admin.open(f"{PATH}?what=people/ada&right=edit")
    assert "On this entry also: Each person, about themselves (may add and edit). ada" in page.text
    assert "/admin/explain?login=ada&amp;entry=people/ada" in page.html
    assert "esme" not in page.text


def test_of_a_field_it_is_told_who_reads_and_who_writes_it(admin: Visitor, parts: Parts):
    told = admin.open(f"{PATH}?what=people&field=mobile").text
    assert "may read it" in told
    assert "may read and write it on their own entry" in told
    assert "Decided by: Everybody with an account; Each person, about themselves. ada" in told
    assert "on the entries of their reports 5" not in told, "no more than everywhere"
    # It is what the command says.
    with parts.directory.reading(Principal.system()) as reading:
        people = reading.book("people")
        for account in parts.identity.accounts():
            if not account.is_active:
                continue
            field = reading.may(account.id, people).in_general(("mobile",)).fields[0]
            if not (field.may_read or field.may_write):
                assert account.login not in told.partition("on their own entry")[0].partition("Search")[2]


def test_what_is_not_there_is_said_and_nonsense_is_taken_for_nothing(admin: Visitor):
    page = admin.open(f"{PATH}?what=people/nobody-there&right=x&field=y&page=-3")
    assert page.status == 200
    assert 'role="alert"' in page.html
    assert admin.open(f"{PATH}?what=%3Cb%3E").status == 200


def test_many_accounts_are_asked_some_at_a_time(admin: Visitor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(who_can, "_AT_ONCE", 3)
    monkeypatch.setattr(who_can, "_SHOWN", 1)
    first = admin.open(f"{PATH}?what=people&right=view")
    assert "Accounts 1 to 3 of" in first.text
    assert f"{PATH}?what=people&right=view&page=2" in first.links
    second = admin.open(f"{PATH}?what=people&right=view&page=2")
    assert "Accounts 4 to 6 of" in second.text
    assert "and 1 more" in first.text + second.text
