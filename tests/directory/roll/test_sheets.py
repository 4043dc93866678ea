# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.directory.roll.sheets import Sheets
from dirserver.store.finding.rolls import RollRow

SIZE = 130


def _row(number: int, digest: str = "a") -> RollRow:
    return RollRow(number, f"uuid-{number}", 1, None, f"name-{number}", digest, 0, "")


def test_where_all_is_full_what_was_asked_for_least_lately_is_forgotten() -> None:
    sheets = Sheets()
    first, second = sheets.of("first"), sheets.of("second")
    for place in range(3):
        sheets.put(first, place, b"0123456789", 5 * SIZE)
    sheets.put(second, 1, b"0123456789", 5 * SIZE)
    assert sheets.of("first") is first
    assert sheets.octets == 4 * SIZE
    sheets.put(first, 3, b"0123456789", 4 * SIZE)
    assert (len(first), len(second), sheets.octets) == (4, 0, 4 * SIZE)
    sheets.put(first, 3, b"9876543210", 4 * SIZE)
    assert first[3] == b"9876543210"
    sheets.put(second, 3, b"0123456789", SIZE, may_forget=False)
    assert not second
    sheets.put(second, 3, b"0123456789", SIZE)
    assert (len(first), second, sheets.octets) == (0, {3: b"0123456789"}, SIZE)


def test_another_roll_takes_over_what_stands_for_the_same_state() -> None:
    before, after = {10: _row(1), 20: _row(2), 30: _row(3)}, {11: _row(1), 21: _row(2, "changed")}
    sheets, others = Sheets(), Sheets()
    for place in before:
        others.put(others.of("how"), place, b"%d" % place, 2**20)
    sheets.take_over(after, {1: 11, 2: 21}, before, others)
    assert sheets.of("how") == {11: b"10"}
    assert sheets.octets == sheets.of("how").octets > 0
