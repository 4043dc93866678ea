# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from tests.cast import PEOPLE


def beside(page, name):
    return page.html.split(f'for="{name}"')[1].split('class="inputs"')[0]


def test_who_sees_a_field_follows_the_grants(ada, parts):
    page = ada.open("/me/edit")
    assert "everybody in the company sees this<" in beside(page, "title")
    assert "you see this, and: hr<" in beside(page, "homePhone")
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("account:dov"), Level.VIEW, ("public", "homePhone")))
        writing.grant(Grant(PEOPLE, Subject.parse("anonymous"), Level.VIEW, ("title",)))
        writing.grant(Grant(PEOPLE, Subject.parse("manager"), Level.VIEW, ("homePhone",)))
        writing.revoke(writing.book("people"), Subject.parse("group:contractors"))
    page = ada.open("/me/edit")
    assert "anybody sees this, without signing in" in beside(page, "title")
    assert "you see this, and: your manager, hr, Dov Ben-Ami" in beside(page, "homePhone")
    assert "but not: Dov Ben-Ami" in beside(page, "mobile")
    with parts.directory.writing(Principal.system()) as writing:
        for who in ("group:hr", "manager", "account:dov"):
            writing.revoke(writing.book("people"), Subject.parse(who))
    assert "only you and administrators see this" in beside(ada.open("/me/edit"), "homePhone")
