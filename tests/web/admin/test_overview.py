# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.wiring import Parts
from tests.web.visitor import Visitor


def test_the_overview_counts_accounts_and_entries(admin: Visitor, parts: Parts):
    page = admin.open("/admin")
    assert page.status == 200
    assert f"{sum(account.is_active for account in parts.identity.accounts())} open accounts" in page.text
    assert "1 administrator" in page.text
    assert "People 8" in page.text
    assert "SQLite" in page.text


def test_weak_settings_are_told(admin: Visitor, parts: Parts):
    key = parts.config.security.key_file
    key.parent.chmod(0o755)
    (key.parent / "dirserver.db").chmod(0o644)
    assert "Worth a look" in admin.open("/admin").text
