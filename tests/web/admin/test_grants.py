# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.model.book import Level
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.web.visitor import Visitor

GRANTS = "/admin/grants"


def _given(parts: Parts, slug: str, subject: str):
    with parts.directory.reading(Principal.system()) as reading:
        return next((grant for grant in reading.grants(reading.book(slug)) if str(grant.subject) == subject), None)


def test_a_grant_is_given_and_taken_back(admin: Visitor, parts: Parts):
    page = admin.fill_in(
        f"{GRANTS}?book=clients", GRANTS, subject="account:ada", level="edit", reads=["public", "work", ""], writes=["", "mail, mobile"]
    )
    assert page.location == "/admin/grants?book=clients"
    given = _given(parts, "clients", "account:ada")
    assert (given.level, given.reads, given.writes) == (Level.EDIT, ("public", "work"), ("mail", "mobile"))
    token = admin.open(f"{GRANTS}?book=clients").form(f"{GRANTS}/revoke").fields[0][1]
    admin.send(f"{GRANTS}/revoke", {"csrf_token": token, "book": "clients", "subject": "account:ada"})
    assert _given(parts, "clients", "account:ada") is None


def test_single_fields_of_a_grant_are_shown_as_they_are_called(admin: Visitor):
    admin.fill_in(
        f"{GRANTS}?book=clients", GRANTS, subject="account:ada", level="edit", reads=["public", "homeMail"], writes=["o", "x-odd"]
    )
    told = admin.open(f"{GRANTS}?book=clients").text
    assert "public, Private mail" in told
    assert "Organization and department" in told
    assert "*" not in told


def test_nobody_there_to_grant_to_is_said_and_what_was_chosen_stays(admin: Visitor):
    page = admin.fill_in(f"{GRANTS}?book=clients", GRANTS, subject="ada:x", level="manage", reads=["work", "mobile"])
    assert page.status == 400
    assert "is nobody to grant to" in page.text
    assert '<option value="manage" selected>' in page.html
    assert 'value="mobile"' in page.html
    assert "no account" in admin.fill_in(f"{GRANTS}?book=clients", GRANTS, subject="nobody-there", level="view", reads=["work"]).text


def test_a_login_alone_is_enough_and_what_is_in_no_class_can_be_given(admin: Visitor):
    admin.fill_in(f"{GRANTS}?book=clients", GRANTS, subject="esme", level="view", reads=["private"])
    page = admin.open(f"{GRANTS}?book=clients")
    assert "account:esme" in page.html


def test_why_somebody_may_is_explained_field_by_field(admin: Visitor):
    page = admin.open("/admin/explain?login=ada&entry=people/ada")
    assert "ada : may add and edit" in page.text
    assert "On this entry also: Each person, about themselves (may add and edit)." in page.text
    assert "Mobile work yes yes Everybody with an account; Each person, about themselves" in page.text
    assert "ada : may look" in admin.open("/admin/explain?login=ada&entry=people").text
    assert "anonymous : sees nothing" in admin.open("/admin/explain?login=anonymous").text


def test_who_or_what_there_is_not_is_said(admin: Visitor):
    assert "There is no account" in admin.open("/admin/explain?login=nobody-there").text
    assert admin.open("/admin/explain?login=ada&entry=people/nobody-there").status == 200
