# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.card import Card, Property, Version
from dirserver.exchange.row import Notes, Row, in_chunks


def test_rows_come_in_chunks_of_some_hundreds():
    chunks = list(in_chunks(Row(line) for line in range(1, 1201)))
    assert [len(chunk) for chunk in chunks] == [500, 500, 200]
    assert chunks[2][-1].line == 1200
    assert list(in_chunks([])) == []


def test_large_rows_come_in_smaller_chunks():
    rows = [Row(line, values={"jpegPhoto": (b"x" * 3_000_000,)}) for line in range(4)]
    assert [len(chunk) for chunk in in_chunks(rows)] == [3, 1]


def test_a_card_weighs_what_its_values_do():
    assert Row(1, card=Card(Version.V3, (Property("NOTE", "x" * 100), Property("FN", "Ada")))).weight == 103


def test_notes_do_not_grow_with_the_file():
    notes = Notes()
    for number in range(1000):
        notes.pass_over(f"column {number}")
        notes.leave_out("passwords")
    assert len(notes.unknown) == 200
    assert dict(notes.left_out) == {"passwords": 1000}
