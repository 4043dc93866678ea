# SPDX-License-Identifier: GPL-3.0-or-later

import re

from flask import Flask

from dirserver.identity.account import Scope
from dirserver.identity.devices import Restrictions
from dirserver.model.principal import Door, Principal
from dirserver.model.profile import Gal, ProfileSubject, Rule, Settings
from dirserver.wiring import Parts
from tests.cast import password_of
from tests.web.security.enrolling import stale
from tests.web.visitor import Visitor

DEVICES = "/me/devices"


def test_a_new_device_gets_a_password_that_is_shown_once_and_works(ada: Visitor, parts: Parts):
    page = ada.fill_in(DEVICES, DEVICES, label="My tablet", scope="dav", password=password_of("ada"))
    assert page.status == 200
    secret = re.search(r'id="secret">([^<]+)<', page.html)[1]
    assert parts.identity.authenticate("ada", secret, door=Door.DAV, address="127.0.0.1").login == "ada"
    listed = ada.open(DEVICES)
    assert "My tablet" in listed.text
    assert secret not in listed.html
    assert {each.label: each.scope for each in parts.identity.device_passwords("ada")}["My tablet"] is Scope.DAV


def test_a_borrowed_browser_makes_no_password_and_a_fresh_sign_in_is_not_asked_again(app: Flask, parts: Parts):
    """GHSA-j4qm-5q5x-54m5 (Nextcloud)."""
    before, ada = parts.identity.device_passwords("ada"), stale(parts, app)
    assert ada.fill_in(DEVICES, DEVICES, label="Thief's phone").status == 422
    page = ada.fill_in(DEVICES, DEVICES, label="Thief's phone", password="wrong")
    assert page.status == 401
    assert "That is not your password." in page.text
    assert parts.identity.device_passwords("ada") == before
    assert ada.fill_in(DEVICES, DEVICES, label="Mine", password=password_of("ada")).status == 200
    assert "Your password" not in ada.open(DEVICES).text
    assert ada.fill_in(DEVICES, DEVICES, label="Mine too").status == 200
    assert len(parts.identity.device_passwords("ada")) == len(before) + 2


def test_from_where_and_until_when_it_is_good_is_said_in_the_form_and_shown(ada: Visitor, parts: Parts):
    page = ada.fill_in(DEVICES, DEVICES, label="Printer", networks="10.1.0.0/16, 2001:db8::/48", until="2999-12-31")
    assert page.status == 200
    made = parts.identity.device_passwords("ada")[-1]
    assert [str(each) for each in made.networks] == ["10.1.0.0/16", "2001:db8::/48"]
    assert made.expires_at is not None
    assert made.expires_at.isoformat().startswith("2999-12-31T23:59")
    listed = ada.open(DEVICES).text
    assert "10.1.0.0/16" in listed
    assert "good until" in listed
    for typed, told in (
        ({"networks": "the office"}, "Write addresses or networks"),
        ({"until": "2001-01-01"}, "Choose a day to come."),
        ({"until": "soon"}, "Choose a day to come."),
    ):
        refused = ada.fill_in(DEVICES, DEVICES, label="Other", **typed)
        assert refused.status == 422
        assert told in refused.text


def test_what_is_missing_is_named(ada: Visitor):
    page = ada.fill_in(DEVICES, DEVICES, label="", password="")
    assert page.status == 422
    assert "Give the device a name." in page.text
    assert ada.fill_in(DEVICES, DEVICES, label="x", scope="root", password=password_of("ada")).status == 422


def test_revoking_closes_the_door(ada: Visitor, parts: Parts):
    number = parts.identity.device_passwords("ada")[0].id
    form = next(form for form in ada.open(DEVICES).forms if form.action == "/me/devices/revoke")
    assert ("id", str(number)) in form.fields
    asked = ada.open(DEVICES).html.partition('<details class="sure">')[2].partition("</details>")[0]
    assert "can't be had back" in asked
    assert 'action="/me/devices/revoke"' in asked
    ada.send("/me/devices/revoke", form.filled())
    assert parts.identity.device_passwords("ada") == ()
    page = ada.open(DEVICES)
    assert page.status == 200, "whoever revokes a device stays signed in"
    assert "is revoked" in page.text


def test_nobody_revokes_the_passwords_of_others(ada: Visitor, parts: Parts):
    theirs = parts.identity.device_passwords("bruno")
    form = next(form for form in ada.open(DEVICES).forms if form.action == "/me/devices/revoke")
    assert ada.send("/me/devices/revoke", form.filled(id=str(theirs[0].id))).status == 404
    assert ada.send("/me/devices/revoke", form.filled(id="x")).status == 400
    assert parts.identity.device_passwords("bruno") == theirs


def test_the_address_for_devices_is_told_and_drawn(ada: Visitor):
    assert "http://127.0.0.1:8080/dav/ada/" in ada.open(DEVICES).text
    assert ada.open("/me/devices/address.svg").answer.mimetype == "image/svg+xml"


def test_by_which_program_and_from_where_a_password_is_good_is_shown(ada: Visitor, parts: Parts):
    secret = parts.identity.add_device_password("ada", label="Scanner", restrictions=Restrictions.of(["127.0.0.0/8"], None))
    parts.identity.authenticate("ada", secret, door=Door.DAV, address="127.0.0.1", program="DAVx5 <on> Android")
    page = ada.open(DEVICES)
    assert "DAVx5 <on> Android" in page.text
    assert "DAVx5 <on>" not in page.html
    assert "127.0.0.0/8" in page.text


def test_what_a_phone_should_show_stands_beside(ada: Visitor, parts: Parts):
    text = ada.open(DEVICES).text
    assert "What your phone should show" in text
    assert re.search(r"What your phone should show .*People \d+ contacts", text)
    with parts.directory.writing(Principal.system()) as writing:
        writing.set_profile(Rule(ProfileSubject.parse("account:ada"), None, Settings(gal=Gal.OFF)))
    shown = ada.open(DEVICES).text.partition("What your phone should show")[2]
    assert "My contacts" in shown
    assert "People" not in shown
