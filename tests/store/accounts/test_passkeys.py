# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.errors import Conflict
from dirserver.store.accounts import passkeys
from dirserver.store.accounts.passkeys import ChallengeRow, PasskeyRow
from tests.parts import open_parts

NOW = 1_790_000_000_000_000


def test_passkeys_are_kept_counted_and_dropped_and_challenges_are_used_once(copied_url):
    core = open_parts(copied_url)
    core.identity.add_account("ada", name="Ada", mail="ada@example.com")
    ada = core.identity.account("ada").id
    row = PasskeyRow(0, ada, "name", b"\x00key", 4, "Laptop", True, NOW, None, "")
    used = ChallengeRow("digest", "sign-in", "", NOW + 5)
    with core.store.writing() as tx:
        passkeys.add(tx, row)
        found = passkeys.named(tx, "name")
        assert found is not None
        assert replace(found, id=0) == row
        assert passkeys.use(tx, found, 5, NOW, "192.0.2.1")
        # Somebody else has counted meanwhile.
        assert not passkeys.use(tx, found, 6, NOW, "192.0.2.1")
        (now,) = passkeys.of_account(tx, ada)
        assert (now.sign_count, now.last_used_us, now.last_used_address) == (5, NOW, "192.0.2.1")
        assert passkeys.use_challenge(tx, used, NOW)
        assert not passkeys.use_challenge(tx, used, NOW)
        assert passkeys.use_challenge(tx, replace(used, digest="other"), NOW + 6)
        # What is too old goes; its challenge says itself that it is.
        assert passkeys.use_challenge(tx, used, NOW)
    with pytest.raises(Conflict), core.store.writing() as tx:
        passkeys.add(tx, row)
    with core.store.writing() as tx:
        assert not passkeys.drop(tx, ada + 1, now.id)
        assert passkeys.drop(tx, ada, now.id)
    core.close()
