# SPDX-License-Identifier: GPL-3.0-or-later

from dataclasses import replace

from dirserver.config import DatabaseSettings
from dirserver.web.app import make_app
from dirserver.wiring import Parts
from tests.web.visitor import Visitor


def test_settings_are_shown_as_fixed(admin: Visitor):
    page = admin.open("/admin/settings")
    assert "fixed by the settings file" in page.text
    assert "[http]" in page.text
    assert "[database]" not in page.text, "its only key is a secret"
    assert "session_idle_minutes" in page.text
    assert "http://127.0.0.1:8080" in page.text


def test_no_secret_is_among_them(parts: Parts, admin: Visitor):
    secret = "postgresql+psycopg://dirserver:open-sesame@db/dirserver"
    app = make_app(replace(parts, config=replace(parts.config, database=DatabaseSettings(url=secret))))
    visitor = Visitor(app)
    visitor.client.set_cookie("dirserver", admin.client.get_cookie("dirserver").value, domain="localhost")
    page = visitor.open("/admin/settings")
    assert page.status == 200
    assert "open-sesame" not in page.html
