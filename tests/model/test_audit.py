# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace

from dirserver.model.audit import FIRST, Recorded, hash_of

ONE = Recorded(1, 5, "system", "operator", "cli", "", "book.add", "book:ł", "", ("shared",), 1, FIRST, "")


def test_the_hash_can_be_made_by_anybody_from_an_exported_line() -> None:
    exported = json.loads(json.dumps(asdict(ONE)))
    members = [value for name, value in exported.items() if name != "hash"]
    assert hash_of(ONE) == hashlib.sha256(json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def test_every_member_but_the_hash_counts() -> None:
    for name, value in asdict(ONE).items():
        other = replace(ONE, **{name: 9 if isinstance(value, int) else (*value, "x") if isinstance(value, tuple) else value + "x"})
        assert (hash_of(other) == hash_of(ONE)) == (name == "hash")
