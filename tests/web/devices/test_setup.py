# SPDX-License-Identifier: GPL-3.0-or-later

import plistlib
import re
from dataclasses import replace
from html import unescape

import pytest
import time_machine
from flask import Flask

from dirserver.config import Address, HttpSettings, SetupSettings
from dirserver.config.values import FilePath, LdapUrl, PublicUrl
from dirserver.identity.account import Scope
from dirserver.model.dn import DN
from dirserver.model.principal import Door
from dirserver.web.devices import setup
from dirserver.web.devices.setup import DEVICES
from dirserver.wiring import Parts
from tests.cast import password_of
from tests.setup.test_signing import made as made_certificate
from tests.web.security.enrolling import stale
from tests.web.visitor import Visitor

AT = "/me/devices/set-up/"


def secret_of(page) -> str:
    return re.search(r'id="secret">([^<]+)<', page.html)[1]


def link_in(page, start: str) -> str:
    return unescape(re.search(rf'href="({re.escape(start)}[^"]*)"', page.html)[1])


@pytest.fixture
def public(parts: Parts, monkeypatch: pytest.MonkeyPatch):
    """The pages of an installation that devices can reach."""
    config = replace(
        parts.config,
        http=HttpSettings(public_url=PublicUrl("https://contacts.example.com")),
        ldap=replace(parts.config.ldap, suffix=DN.of_domain("example.com")),
        setup=SetupSettings(ldap_url=LdapUrl("ldaps://ldap.example.com")),
    )
    monkeypatch.setattr(setup, "config", lambda: config)
    return config


def test_each_kind_of_device_has_a_page_that_my_devices_leads_to(ada: Visitor):
    links = ada.open("/me/devices").links
    for name in DEVICES:
        assert AT + name in links
        assert ada.open(AT + name).status == 200
    assert ada.open(AT + "toaster").status == 404


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("name", DEVICES)
def test_the_password_that_is_made_opens_what_the_device_needs(ada: Visitor, parts: Parts, name: str):
    page = ada.fill_in(AT + name, AT + name, label="The new one", password=password_of("ada"))
    assert page.status == 200
    secret = secret_of(page)
    door = Door.LDAP if DEVICES[name].scope is Scope.LDAP else Door.DAV
    assert parts.identity.authenticate("ada", secret, door=door, address="127.0.0.1").login == "ada"
    assert {each.label: each.scope for each in parts.identity.device_passwords("ada")}["The new one"] is DEVICES[name].scope
    assert secret not in ada.open(AT + name).html


def test_a_borrowed_browser_sets_nothing_up(app: Flask, parts: Parts):
    before, ada = parts.identity.device_passwords("ada"), stale(parts, app)
    page = ada.fill_in(AT + "iphone", AT + "iphone", password="wrong")
    assert page.status == 401
    assert "That is not your password." in page.text
    assert ada.fill_in(AT + "iphone", AT + "iphone", label="", password=password_of("ada")).status == 422
    assert parts.identity.device_passwords("ada") == before


@pytest.mark.usefixtures("public")
def test_an_iphone_takes_a_profile_with_both_accounts_and_the_password(ada: Visitor):
    page = ada.fill_in(AT + "iphone", AT + "iphone", password=password_of("ada"))
    answer = ada.open(link_in(page, "/me/devices/contacts.mobileconfig")).answer
    assert answer.mimetype == "application/x-apple-aspen-config"
    assert answer.headers["Cache-Control"] == "no-store"
    dav, ldap = plistlib.loads(answer.data)["PayloadContent"]
    assert (dav["CardDAVHostName"], dav["CardDAVPrincipalURL"]) == ("contacts.example.com", "/dav/ada/")
    assert dav["CardDAVPassword"] == ldap["LDAPAccountPassword"] == secret_of(page)
    assert secret_of(page) not in link_in(page, "/me/devices/contacts.mobileconfig")


def test_the_link_to_a_profile_is_its_makers_alone_and_for_ten_minutes(ada: Visitor, esme: Visitor, nobody: Visitor):
    link = link_in(ada.fill_in(AT + "mac", AT + "mac", password=password_of("ada")), "/me/devices/contacts.mobileconfig")
    assert esme.open(link).status == 404
    assert nobody.open(link).answer.status_code in {302, 303}
    assert ada.open(link).status == 200
    assert ada.open(link[:-9]).status == 404
    assert ada.open("/me/devices/contacts.mobileconfig").status == 404
    with time_machine.travel("2100-01-01", tick=False):
        assert ada.open(link).status != 200


def test_a_profile_is_signed_where_a_certificate_is_named(ada: Visitor, parts: Parts, tmp_path, monkeypatch, caplog):
    settings = made_certificate(tmp_path)
    monkeypatch.setattr(setup, "config", lambda: replace(parts.config, setup=settings))
    link = link_in(ada.fill_in(AT + "mac", AT + "mac", password=password_of("ada")), "/me/devices/contacts.mobileconfig")
    signed = ada.open(link).answer.data
    assert signed[:1] == b"\x30"
    assert b"CardDAVPassword" in signed
    (tmp_path / "a.key").unlink()
    assert ada.open(link).answer.data.startswith(b"<?xml"), "better unsigned than none"


@pytest.mark.usefixtures("public")
def test_a_tap_opens_davx5_with_the_password_and_a_picture_without(ada: Visitor, monkeypatch: pytest.MonkeyPatch):
    page = ada.fill_in(AT + "android", AT + "android", password=password_of("ada"))
    assert link_in(page, "carddavs://") == f"carddavs://ada:{secret_of(page)}@contacts.example.com/dav/ada/"
    drawn = []
    monkeypatch.setattr(setup, "svg_answer", lambda content: drawn.append(content) or "")
    ada.open("/me/devices/davx5.svg")
    assert drawn == ["carddavs://ada@contacts.example.com/dav/ada/"]


@pytest.mark.usefixtures("public")
def test_what_to_type_stands_on_the_page(ada: Visitor):
    for name, wanted in {
        "thunderbird": ("https://contacts.example.com/dav/ada/", "ldap.example.com", "636", "dc=example,dc=com"),
        "outlook": ("ldap.example.com", "636", "yes, from the start", "dc=example,dc=com"),
        "desk-phone": ("ldap.example.com", "636", "(|(cn=%)(sn=%)(givenName=%))", "(|(telephoneNumber=%)(mobile=%)(ipPhone=%))"),
    }.items():
        page = ada.open(AT + name)
        assert all(text in page.text for text in wanted)
        assert "Ask your administrator" not in page.text


def test_a_phone_is_led_to_its_page_by_a_picture(ada: Visitor):
    for name in DEVICES:
        is_drawn = f"{AT}{name}/page.svg" in ada.open(AT + name).links
        assert is_drawn is (name in {"iphone", "android"})
    assert ada.open(f"{AT}iphone/page.svg").answer.mimetype == "image/svg+xml"
    assert ada.open(f"{AT}toaster/page.svg").status == 404
    done = ada.fill_in(AT + "iphone", AT + "iphone", password=password_of("ada"))
    assert f"{AT}iphone/page.svg" not in done.links


def test_where_ldap_is_closed_a_password_opens_carddav_alone(ada: Visitor, parts: Parts):
    for name, scope in (("iphone", Scope.DAV), ("thunderbird", Scope.DAV)):
        ada.fill_in(AT + name, AT + name, label=f"No LDAP on {name}", password=password_of("ada"))
        assert {each.label: each.scope for each in parts.identity.device_passwords("ada")}[f"No LDAP on {name}"] is scope
    # A password that opens nothing isn't offered, nor are steps that can't be done.
    for name in ("outlook", "desk-phone"):
        assert AT + name not in [form.action for form in ada.open(AT + name).forms]
    assert "Bind DN" not in ada.open(AT + "thunderbird").text


def test_who_knows_starttls_is_told_of_it_and_the_others_that_ldap_is_closed(ada: Visitor, parts: Parts, monkeypatch: pytest.MonkeyPatch):
    ldap = replace(parts.config.ldap, listen=Address.parse("0.0.0.0:389"), tls_certificate=FilePath("a.pem"))
    config = replace(parts.config, http=HttpSettings(public_url=PublicUrl("https://contacts.example.com")), ldap=ldap)
    monkeypatch.setattr(setup, "config", lambda: config)
    assert "StartTLS" in ada.open(AT + "desk-phone").text
    assert "Ask your administrator" not in ada.open(AT + "desk-phone").text
    for name in ("outlook", "thunderbird", "iphone"):
        assert "LDAP is not open to devices here" in ada.open(AT + name).text


def test_what_would_not_work_is_told_first(ada: Visitor, parts: Parts, monkeypatch: pytest.MonkeyPatch):
    assert "reached from this machine only" in ada.open(AT + "android").text
    assert "LDAP is not open to devices here. Ask" in ada.open(AT + "outlook").text
    assert "only CardDAV is set up" in ada.open(AT + "iphone").text
    open_line = replace(parts.config, http=HttpSettings(public_url=PublicUrl("http://contacts.example.com")))
    monkeypatch.setattr(setup, "config", lambda: open_line)
    assert "has no TLS so far" in ada.open(AT + "android").text


@pytest.mark.parametrize("name, is_told", [("outlook", True), ("desk-phone", True), ("thunderbird", False)])
def test_an_ldap_server_that_this_machine_alone_reaches_is_told_of(ada: Visitor, public, monkeypatch: pytest.MonkeyPatch, name, is_told):
    here = replace(public, setup=SetupSettings(ldap_url=LdapUrl("ldaps://localhost:6360")))
    monkeypatch.setattr(setup, "config", lambda: here)
    page = ada.open(AT + name)
    assert ("reached from this machine only" in page.text) is is_told
