# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from flask import Flask

from dirserver.web.admin import area
from tests.web.visitor import Visitor

PATHS = {
    "<login>": "ada",
    "<name>": "hr",
}


def _addresses(app: Flask) -> list[tuple[str, bool]]:
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/admin"):
            continue
        path = rule.rule
        for name, value in PATHS.items():
            path = path.replace(name, value)
        found.append((path, "POST" in rule.methods))
    return found


@pytest.mark.parametrize("login", ["ada", "chika"])
def test_nobody_but_administrators_gets_in_by_any_address(app: Flask, signed_in, login):
    visitor: Visitor = signed_in(login)
    token = visitor.open("/me/devices").form("/me/devices/revoke").fields[0][1]
    addresses = _addresses(app)
    assert len(addresses) > 20
    for path, is_post in addresses:
        answer = visitor.send(path, {"csrf_token": token, "id": "1", "subject": "self"}) if is_post else visitor.open(path)
        assert answer.status == 403, path


def test_who_is_not_signed_in_is_led_to_the_sign_in(app: Flask, nobody: Visitor):
    for path, is_post in _addresses(app):
        if not is_post:
            assert nobody.open(path).location.startswith("/sign-in"), path


def test_only_administrators_are_offered_the_area(admin: Visitor, ada: Visitor):
    assert "/admin" in admin.open("/").links
    assert "/admin" not in ada.open("/").links


def test_each_page_names_where_one_is(admin: Visitor):
    assert 'href="/admin/groups" aria-current="page"' in admin.open("/admin/groups/hr").html
    assert 'href="/admin/accounts" aria-current="page"' in admin.open("/admin/accounts/ada").html
    assert len(area.PAGES) == 14


def test_an_account_that_is_nobody_is_led_to_no_page_of_its_own(admin: Visitor, ada: Visitor):
    own = {"/me", "/me/profile"}
    assert not own & set(admin.open("/me/devices").links)
    assert own <= set(ada.open("/me/devices").links)
