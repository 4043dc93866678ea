# SPDX-License-Identifier: GPL-3.0-or-later

from flask import Flask

from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.web.security.enrolling import stale
from tests.web.visitor import Visitor

APPROVALS = "/admin/approvals"


def _rules(parts: Parts) -> dict[str, str]:
    with parts.directory.reading(Principal.system()) as reading:
        return {each.field: str(each.approver) for each in reading.proposals.rules(reading.book("people"))}


def test_what_waits_for_whom_is_said_and_taken_back(admin: Visitor, parts: Parts):
    assert admin.fill_in(APPROVALS, APPROVALS, field="title", kind="manager", name="").location == APPROVALS
    admin.fill_in(APPROVALS, APPROVALS, field="private", kind="group", name="hr")
    assert _rules(parts) == {"title": "manager", "private": "group:hr"}
    page = admin.open(APPROVALS)
    assert "Position and role their manager" in page.text
    assert "a group: hr" in page.text
    form = next(form for form in page.forms if ("field", "title") in form.fields)
    admin.send(f"{APPROVALS}/remove", form.filled())
    assert _rules(parts) == {"private": "group:hr"}
    assert admin.send(f"{APPROVALS}/remove", form.filled()).status == 404


def test_who_cannot_be_asked_is_said(admin: Visitor, parts: Parts):
    for kind, name, status in (("group", "nobody", 404), ("group", "", 400), ("anybody", "", 400)):
        assert admin.fill_in(APPROVALS, APPROVALS, field="title", kind=kind, name=name).status == status
    assert _rules(parts) == {}


def test_what_opens_doors_needs_a_fresh_sign_in(app: Flask, parts: Parts):
    visitor = stale(parts, app, "admin")
    for page, action, typed in (
        (APPROVALS, APPROVALS, {"field": "title", "kind": "manager"}),
        ("/admin/groups", "/admin/groups", {"name": "board"}),
        ("/admin/groups/hr", "/admin/groups/hr/members", {"who": "zoe"}),
        ("/admin/groups/hr", "/admin/groups/hr/second-factor", {}),
        ("/admin/grants?book=clients", "/admin/grants", {"subject": "account:ada", "level": "edit"}),
    ):
        assert visitor.fill_in(page, action, **typed).location.startswith("/me/security/prove"), action
    with parts.directory.reading(Principal.system()) as reading:
        assert [group.name for group in reading.groups() if group.name == "board"] == []
