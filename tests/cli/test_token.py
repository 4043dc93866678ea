# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest


@pytest.fixture
def ada(company):
    company.ok("account", "add", "ada", "--name", "Ada M", "--mail", "ada@example.com")
    return company


def test_a_token_is_shown_once_alone_on_standard_output_and_revoked_by_its_id(ada):
    secret = ada.ok("token", "add", "ada", "--label", "cron", "--scope", "read", "--scope", "bulk", "--days", "30").strip()
    assert secret.startswith("dirserver_")
    assert len(secret.split()) == 1
    (cron,) = ada.json("token", "list", "ada")
    assert (cron["label"], cron["scopes"], secret in str(cron)) == ("cron", "bulk read", False)
    ada.ok("token", "revoke", "ada", cron["id"])
    assert ada.json("token", "list", "ada") == []
    assert ada.run("token", "revoke", "ada", "999").status == 4


@pytest.mark.parametrize(
    "arguments, status", [(("zed", "--label", "x"), 4), (("ada", "--label", " "), 2), (("ada", "--label", "x", "--scope", "all"), 2)]
)
def test_what_cannot_be_is_told(ada, arguments, status):
    assert ada.run("token", "add", *arguments).status == status
