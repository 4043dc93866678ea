# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

from dirserver.identity.holdings import Holdings
from dirserver.model.principal import Door, Principal
from tests.cast import Company, device_of, password_of
from tests.parts import CoreParts


def test_what_is_stored_about_an_account_is_told_without_its_secrets(parts: CoreParts, company: Company) -> None:
    account = parts.identity.account("ada")
    secret = parts.identity.open_session(Principal(Door.WEB, account.id, "ada"), address="192.0.2.7")
    held = Holdings(parts.store).of(account)
    assert [(one["login"], one["has_password"]) for one in held["account"]] == [("ada", True)]
    assert [(one["from"], one["began_at"]) for one in held["sessions"]] == [("192.0.2.7", "2026-09-21T14:13:20+00:00")]
    assert [(one["label"], one["scope"], one["last_used_at"]) for one in held["devices"]] == [("phone", "all", None)]
    assert (held["passkeys"], held["account"][0]["recovery_codes_left"]) == ([], 0)
    assert [one["good_until"] for one in held["devices"]] == [None]
    text = json.dumps(held)
    for hidden in (secret, device_of("ada"), password_of("ada"), "argon2", "digest", "hash"):
        assert hidden not in text
