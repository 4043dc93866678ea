# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given

from dirserver.card.card import Card
from dirserver.card.reader import read
from dirserver.card.respelling import respelled
from dirserver.card.writer import write
from tests.card.strategies import common_cards


def card(*lines: str, version: str = "3.0") -> Card:
    return read("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", "UID:u", "FN:Nina", "N:;Nina;;;", *lines, "END:VCARD", ""]))


def lines(made: Card) -> list[str]:
    return write(made).replace("\r\n ", "").split("\r\n")[5:-2]


@pytest.mark.parametrize(
    "stored, sent",
    [
        (["item1.TEL:1", "item1.X-ABLabel:Boss"], ["ITEM1.TEL:1", "ITEM1.X-ABLABEL:Boss"]),
        (["TEL;type=CELL;type=pref:1"], ["TEL;TYPE=cell;TYPE=pref:1"]),
        ([r"NOTE:one\ntwo\; three"], [r"NOTE:one\ntwo\\; three"]),
        ([r"NOTE:a\\b\;c"], [r"NOTE:a\\b\\;c"]),
        (["URL:https://x.example/a,b"], [r"URL:https://x.example/a\,b"]),
        ([r"CATEGORIES:a\;b,c\, d"], [r"CATEGORIES:a\\;b,c\, d"]),
        (["ORG:Nowak;Sales;North;Desk 3"], [r"ORG:Nowak;Sales\, North\, Desk 3"]),
        (["BDAY:1980-04-03"], ["BDAY;VALUE=DATE:1980-04-03"]),
        (["TEL:+49301"], ['TEL;X-EVOLUTION-E164=301,"+49":+49301']),
        (["TEL:1", "TEL:1"], ["tel:1", "tel:1"]),
    ],
)
def test_what_is_only_spelt_otherwise_stays_as_it_was(stored: list[str], sent: list[str]) -> None:
    assert lines(respelled(card(*stored), card(*sent))) == stored


@pytest.mark.parametrize(
    "stored, sent",
    [
        ("NOTE:a", "NOTE:A"),
        ("X-WORD:a", "X-WORD;X-MORE=1:a"),
        ("ORG:Nowak;Sales;North", "ORG:Nowak;Sales"),
        ("ORG:Nowak;Sales", r"ORG:Nowak\, Sales"),
        (r"ADR:;;a\;b;;;;", r"ADR:;;a\\;b;;;;"),
        ("CATEGORIES:a,b", r"CATEGORIES:a\,b"),
        (r"NOTE:a\\;b", r"NOTE:a\\\\;b"),
        ("item1.TEL:1", "item2.TEL:1"),
        ("BDAY:1980-04-03", "BDAY;VALUE=TEXT:1980-04-03"),
    ],
)
def test_what_is_changed_is_as_sent(stored: str, sent: str) -> None:
    assert lines(respelled(card(stored), card(sent))) == [sent]


def test_the_order_the_version_and_all_else_are_the_clients() -> None:
    made = respelled(card("item1.TEL:1", "NOTE:gone"), card("X-NEW:2", "ITEM1.TEL:1", version="4.0"))
    assert made.version == "4.0"
    assert lines(made) == ["X-NEW:2", "item1.TEL:1"]


@given(common_cards())
def test_a_card_that_comes_back_as_it_was_is_the_very_same(made: Card) -> None:
    assert respelled(made, made) is made
