# SPDX-License-Identifier: GPL-3.0-or-later

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask

from dirserver.errors import NotAuthenticated
from dirserver.model.principal import Door
from dirserver.model.zone import Zone
from dirserver.wiring import Parts
from tests.cast import device_of, password_of
from tests.web.security.enrolling import enrol, stale
from tests.web.visitor import Visitor

ADA = "/admin/accounts/ada"


def test_an_account_is_shown_with_what_hangs_on_it(admin: Visitor):
    page = admin.open(ADA)
    assert "ada@example.com" in page.html
    assert "Ada Łukasińska" in page.text
    assert "phone" in page.text
    assert "/people/ada" in page.links
    assert "/admin/groups/sales" in page.links
    assert admin.open("/admin/accounts/nobody-there").status == 404


def test_who_an_account_is_can_be_changed(admin: Visitor, parts: Parts):
    assert admin.fill_in(ADA, ADA, name="Ada B.", mail="ab@example.com", is_admin="y").location == ADA
    account = parts.identity.account("ada")
    assert (account.name, account.mail, account.is_admin) == ("Ada B.", "ab@example.com", True)


def test_the_only_administrator_stays_one(admin: Visitor, parts: Parts):
    own = "/admin/accounts/admin"
    sent = admin.open(own).form(own).filled()
    del sent["is_admin"]
    page = admin.send(own, sent)
    assert page.status == 409
    assert "only administrator" in page.text
    assert parts.identity.account("admin").is_admin


def test_closing_shuts_every_door_and_opening_again_opens_them(admin: Visitor, ada: Visitor, parts: Parts):
    assert admin.fill_in(ADA, f"{ADA}/close").location == ADA
    assert ada.open("/").status == 303
    with pytest.raises(NotAuthenticated):
        parts.identity.authenticate("ada", device_of("ada"), door=Door.DAV, address="127.0.0.1")
    assert "closed" in admin.open(ADA).text
    admin.fill_in(ADA, f"{ADA}/reopen")
    assert parts.identity.authenticate("ada", password_of("ada"), door=Door.WEB, address="127.0.0.1").login == "ada"


def test_a_link_is_shown_once_and_works(admin: Visitor, parts: Parts):
    page = admin.fill_in(ADA, f"{ADA}/link")
    link = re.search(r'id="secret">http://[^/]+/welcome/([^<]+)<', page.html)[1]
    assert parts.identity.account_of_link(link).login == "ada"
    assert link not in admin.open(ADA).html


def test_a_device_password_is_revoked(admin: Visitor, parts: Parts):
    admin.fill_in(ADA, f"{ADA}/devices/revoke")
    assert parts.identity.device_passwords("ada") == ()


def test_letting_go_tells_what_happens_first_and_what_was_done_afterwards(admin: Visitor, parts: Parts):
    leave = f"{ADA}/offboard"
    assert "What happens, in one step" in admin.open(leave).text
    wrong = admin.fill_in(leave, leave, handover_to="nobody-there")
    assert wrong.status == 404
    assert parts.identity.account("ada").is_active
    done = admin.fill_in(leave, leave, handover_to="bruno")
    assert "opens no door any more" in done.text
    assert "phone" in done.text
    assert not parts.identity.account("ada").is_active


def test_what_makes_powers_takes_a_fresh_sign_in(app: Flask, parts: Parts):
    admin = stale(parts, app, "admin")
    for path, back in ((ADA, ADA), (f"{ADA}/link", ADA), (f"{ADA}/offboard", f"{ADA}/offboard")):
        assert admin.fill_in(back, path).location == f"/me/security/prove?next={back}"
    assert admin.fill_in("/admin/accounts", "/admin/accounts", login="eve").location.startswith("/me/security/prove")
    assert not parts.identity.account("ada").is_admin


def test_a_lost_second_factor_is_taken_away_after_a_fresh_sign_in(app: Flask, admin: Visitor, ada: Visitor, parts: Parts):
    page, action = "/admin/accounts/ada", "/admin/accounts/ada/second-factor/reset"
    assert action not in admin.open(page).html
    enrol(ada)
    assert stale(parts, app, "admin").fill_in(page, action).location.startswith("/me/security/prove")
    assert admin.fill_in("/admin/accounts/ada", action).location.startswith("/me/security/prove"), "stale made all sessions old"
    parts.identity.sessions.prove(admin.client.get_cookie("dirserver").value)
    assert admin.fill_in(page, action).location == page
    assert not parts.second_factor.state("ada").is_on


def test_a_day_begins_where_the_company_is(app: Flask, admin: Visitor, parts: Parts, monkeypatch: pytest.MonkeyPatch):
    in_tokyo = replace(parts.config, pages=replace(parts.config.pages, timezone=Zone("Asia/Tokyo")))
    monkeypatch.setitem(app.extensions, "dirserver.parts", replace(parts, config=in_tokyo))
    leave = f"{ADA}/offboard"
    day = (datetime.now(UTC) + timedelta(days=9)).date()
    assert "(Asia/Tokyo)" in admin.open(leave).text
    assert admin.fill_in(leave, leave, at=day.isoformat()).location == ADA
    assert parts.identity.account("ada").leaves_at == datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=9)
    assert "12:00" in admin.open(ADA).text, "the moment is shown as it is there"


def test_somebody_leaves_on_a_day_and_may_stay_after_all(admin: Visitor, parts: Parts):
    leave = f"{ADA}/offboard"
    day = (datetime.now(UTC) + timedelta(days=9)).date()
    wrong = admin.fill_in(leave, leave, at="soon", handover_to="bruno")
    assert wrong.status == 400
    assert "write the day like" in wrong.text.lower()
    assert 'value="bruno"' in wrong.html
    assert admin.fill_in(leave, leave, at="2020-01-01").status == 400
    assert admin.fill_in(leave, leave, at=day.isoformat(), handover_to="bruno").location == ADA
    assert parts.identity.account("ada").leaves_at == parts.config.pages.timezone.beginning(day)
    assert "leaves on" in admin.open(ADA).text
    assert "leaves on" in admin.open("/admin/accounts?state=leaving").text
    assert admin.fill_in(ADA, f"{ADA}/stay").location == ADA
    assert parts.identity.account("ada").leaves_at is None
    assert "There is no such account" in admin.open("/admin/accounts?state=leaving").text


def test_an_invitation_is_made_shown_once_and_taken_back(admin: Visitor, parts: Parts):
    parts.identity.add_account("eve", name="Eve", mail="eve@example.com")
    where = "/admin/accounts/eve"
    page = admin.fill_in(where, f"{where}/invite")
    link = re.search(r'id="secret">http://[^/]+/welcome/([^<]+)<', page.html)[1]
    assert parts.identity.account_of_link(link).login == "eve"
    assert "good until" in admin.open(where).text
    assert "eve" in admin.open("/admin/accounts?state=invited").text
    assert admin.fill_in(where, f"{where}/uninvite").location == where
    assert parts.identity.account_of_link(link) is None
    assert "There is no such account" in admin.open("/admin/accounts?state=invited").text
    # Without mail there is no button for it, and who asks all the same is told.
    assert "Invite by mail" not in admin.open(where).text
    refused = admin.send(f"{where}/invite", {**admin.open(where).form(f"{where}/invite").filled(), "by_mail": "y"})
    assert refused.status == 400
    assert admin.send(f"{ADA}/invite", admin.open(ADA).form(f"{ADA}/link").filled()).status == 400


def test_somebody_is_signed_out_everywhere(admin: Visitor, ada: Visitor):
    assert ada.open("/").status == 200
    assert "Sign it out everywhere" in admin.open(ADA).text
    assert admin.fill_in(ADA, f"{ADA}/sign-out").location == ADA
    assert ada.open("/").status == 303
    assert "nowhere" in admin.open(ADA).text
