# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.model.client import Family
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.web.visitor import Visitor

CLIENTS = "/admin/clients"


def _rules(parts: Parts) -> dict[tuple[str, Family | None], dict[str, str]]:
    with parts.directory.reading(Principal.system()) as reading:
        return {(str(rule.subject), rule.family): rule.settings.texts() for rule in reading.profile_rules()}


def test_something_is_said_added_to_and_removed(admin: Visitor, parts: Parts):
    admin.fill_in(CLIENTS, CLIENTS, subject="group:sales", client="ios", gal="gateway")
    admin.fill_in(CLIENTS, CLIENTS, subject="group:sales", client="ios", photo="96")
    assert _rules(parts) == {("group:sales", Family.IOS): {"gal": "gateway", "photo": "96"}}
    page = admin.open(CLIENTS)
    assert "iPhone and iPad" in page.text
    assert "by search only" in page.text
    assert "sales group:sales" in page.text
    admin.fill_in(CLIENTS, f"{CLIENTS}/clear")
    assert _rules(parts) == {}


def test_what_a_program_gets_is_explained(admin: Visitor):
    admin.fill_in(CLIENTS, CLIENTS, subject="account:ada", client="", gal="off")
    page = admin.open(f"{CLIENTS}?login=ada&client=davx5")
    assert "not at all Ada Łukasińska" in page.text
    assert "There is no account" in admin.open(f"{CLIENTS}?login=nobody-there").text


def test_nobody_there_is_said(admin: Visitor):
    assert admin.fill_in(CLIENTS, CLIENTS, subject="ada", gal="off").status == 400


def test_whom_a_rule_is_for_is_called_by_name(admin: Visitor):
    admin.fill_in(CLIENTS, CLIENTS, subject="organisation", photo="96")
    admin.fill_in(CLIENTS, CLIENTS, subject="account:ada", gal="off")
    text = admin.open(f"{CLIENTS}?login=ada&client=davx5", headers={"Accept-Language": "es"}).text
    assert "Toda la empresa organisation" in text
    assert "Ada Łukasińska account:ada" in text
    assert "96 Toda la empresa" in text
