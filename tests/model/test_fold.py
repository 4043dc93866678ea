# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.model.fold import digits, fold


@pytest.mark.parametrize(
    "typed,stored",
    [
        ("lukasz", "Łukasz"),
        ("strasse", "Straße"),
        ("strasse", "ſTRAẞE"),
        ("odegard", "Ødegård"),
        ("dordevic", "Đorđević"),
        ("aeroskobing", "Ærøskøbing"),
        ("oeuvre", "Œuvre"),
        ("thor", "Þór"),
        ("istanbul", "İSTANBUL"),
        ("isik", "ışık"),
        ("hal", "Ħal"),
        ("slosilo", "Ŝlosilo"),
        ("nunez hernandez", "  Núñez \t Hernández\n"),
        ("o'brien", "O’Brien"),
        ("fi 12", "ﬁ １２"),
        ("ada", "a\u200bd\u00ada\u202e"),
        ("σισυφοσ", "Σίσυφος"),
        ("jean-luc", "Jean‑Luc"),
    ],
)
def test_what_people_type_finds_what_is_stored(typed: str, stored: str) -> None:
    assert fold(stored) == fold(typed) == typed


@pytest.mark.slow
def test_folding_any_single_character_twice_changes_nothing() -> None:
    letters = map(chr, range(sys.maxunicode + 1))
    assert [hex(ord(letter)) for letter in letters if fold(fold(letter)) != fold(letter)] == []


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text(st.characters()))
def test_a_fold_can_be_stored_by_any_engine(text: str) -> None:
    folded = fold(text)
    folded.encode("utf-8")
    assert "\x00" not in folded
    assert folded == folded.strip()


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_folded_as_everything_else_is(text: str) -> None:
    with_mark = fold(text + "\u0301")
    assert fold(text) == with_mark


@pytest.mark.parametrize(
    "text,expected",
    [
        ("+48 22 020-94.75", "48220209475"),
        ("+49 (0)30 1234", "49301234"),
        ("0049 (0) 30 1234", "0049301234"),
        ("(030) 1234", "0301234"),
        ("(0)30 1234", "0301234"),
        ("030 1234 ext. 56", "0301234"),
        ("030 1234x56", "0301234"),
        ("030 1234 wew. 56", "0301234"),
        ("030 1234,,56#", "0301234"),
        ("tel:+1-201-555-0123;ext=4", "12015550123"),
        ("tel:7042;phone-context=example.com", "7042"),
        ("*31#0301234", "310301234"),
        ("٠٣٠١٢٣٤", "0301234"),
        ("０３０", "030"),
        ("foo", ""),
        ("", ""),
        ("x", ""),
    ],
)
def test_digits_are_those_that_are_dialled(text: str, expected: str) -> None:
    assert digits(text) == expected


@given(st.text())
def test_digits_are_ascii_digits_only(text: str) -> None:
    found = digits(text)
    assert found == "" or (found.isascii() and found.isdigit())
