# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

from dirserver.exchange.reading_vcard import read_vcards

ADA = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f\r\nFN:Ada\r\nEND:VCARD\r\n"


def rows(octets: bytes):
    return list(read_vcards(io.BufferedReader(io.BytesIO(octets))))


def test_cards_come_one_after_the_other():
    first, second = rows(ADA + b"\r\n" + ADA.replace(b"FN:Ada", b"FN:Bruno").replace(b"3.0", b"4.0"))
    assert (first.line, first.uuid, first.card.formatted_name) == (1, "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f", "Ada")
    assert (second.line, second.card.formatted_name, str(second.card.version)) == (7, "Bruno", "4.0")


def test_old_cards_with_quoted_printable_are_read():
    (row,) = rows(b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=81uk;Ada\nTEL;CELL:123\nEND:VCARD\n")
    assert row.card.first("N").components()[0] == ("Łuk",)


def test_a_bad_card_is_refused_with_its_line_and_the_others_are_read():
    first, bad, last = rows(ADA + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nno colon\r\nEND:VCARD\r\n" + ADA)
    (problem,) = bad.problems
    assert (problem.line, bad.line) == (9, 6)
    assert "has no colon" in problem.reason
    assert first.card == last.card


def test_a_card_that_is_cut_off_does_not_swallow_the_next():
    cut, whole = rows(b"BEGIN:VCARD\nVERSION:3.0\nFN:Cut\n" + ADA)
    assert "END:VCARD is missing" in cut.problems[0].reason
    assert whole.card.formatted_name == "Ada"
    (cut,) = rows(b"BEGIN:VCARD\nVERSION:3.0\nFN:Cut\n")
    assert "END:VCARD is missing" in cut.problems[0].reason


def test_what_stands_between_cards_is_told_once():
    first, stray, second = rows(ADA + b"hello\nthere\n" + ADA)
    assert (stray.problems[0].line, stray.problems[0].reason) == (6, "something stands here that is no card")
    assert first.card == second.card


def test_a_bom_bare_cr_and_padding_are_fine():
    (row,) = rows(b"\xef\xbb\xbf" + ADA.replace(b"\r\n", b"\r") + b"\x1a")
    assert row.card.formatted_name == "Ada"


def test_a_uid_that_is_no_uuid_stays_on_the_card():
    (row,) = rows(ADA.replace(b"0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f", b"ada@phone"))
    assert (row.uuid, row.card.uid) == (None, "ada@phone")
