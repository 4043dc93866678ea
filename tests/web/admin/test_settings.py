# SPDX-License-Identifier: GPL-3.0-or-later

import re
from dataclasses import replace
from pathlib import Path

from dirserver.config import DatabaseSettings
from dirserver.config.read import parse
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


def test_set_is_what_the_file_says_and_not_what_follows_from_it(parts: Parts, admin: Visitor):
    text = 'domain = "acme.example"\n[http]\nworkers = 2\n[ldap]\nsuffix = "o=acme"\n'
    config = parse(text, Path("dirserver.toml"), {"DIRSERVER_DATABASE_URL": parts.config.database.url})
    visitor = Visitor(make_app(replace(parts, config=config)))
    visitor.client.set_cookie("dirserver", admin.client.get_cookie("dirserver").value, domain="localhost")
    html = visitor.open("/admin/settings").html
    marked = re.findall(r"<dt><code>(\w+)</code></dt><dd><bdi>[^<]*</bdi> <span", html)
    # A value that is the usual one is set where the file says it; an address that follows from the listener's isn't.
    assert marked == ["domain", "workers", "suffix"]
    assert config.said == {"domain", "http.workers", "ldap.suffix", "database.url"}


def test_no_secret_is_among_them(parts: Parts, admin: Visitor):
    secret = "postgresql+psycopg://dirserver:open-sesame@db/dirserver"
    app = make_app(replace(parts, config=replace(parts.config, database=DatabaseSettings(url=secret))))
    visitor = Visitor(app)
    visitor.client.set_cookie("dirserver", admin.client.get_cookie("dirserver").value, domain="localhost")
    page = visitor.open("/admin/settings")
    assert page.status == 200
    assert "open-sesame" not in page.html
