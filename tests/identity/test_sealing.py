# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time_machine

from dirserver.identity.sealing import Sealer

KEY = bytes(32)


def test_what_was_sealed_opens_for_a_while_and_for_its_purpose_only():
    with time_machine.travel("2026-03-01 12:00:00Z", tick=False) as clock:
        token = Sealer(KEY, "a").seal("żółw")
        assert "w" not in token[:5] or token.isascii()
        assert Sealer(KEY, "a").open(token, 600) == "żółw"
        assert Sealer(KEY, "b").open(token, 600) is None
        assert Sealer(bytes([1]) * 32, "a").open(token, 600) is None
        clock.shift(601)
        assert Sealer(KEY, "a").open(token, 600) is None


def test_what_is_no_token_opens_nothing():
    token = Sealer(KEY, "a").seal("x")
    for other in ("", "x", token[:-4], token[:-6] + "AAAA==", "\ud800", "é" * 40):
        assert Sealer(KEY, "a").open(other, 600) is None
