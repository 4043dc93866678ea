# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.listening.known import Known


def test_what_was_asked_for_longest_ago_makes_room_and_no_octets_are_kept() -> None:
    known: Known[str] = Known(2)
    names = [known.name(octets) for octets in (b"a secret", b"b", b"c")]
    known.keep(names[0], "A")
    known.keep(names[1], "B")
    assert known.get(names[0]) == "A"
    known.keep(names[2], "C")
    assert [known.get(name) for name in names] == ["A", None, "C"]
    assert b"secret" not in b"".join(known._known)
    assert Known(1).name(b"b") != names[1], "the key is the process's own"
