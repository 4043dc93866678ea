# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.model.alphabet import ORDERS, OWN_LETTERS, first_letter, initial_of, key_of, order_of, stretch_of, written
from dirserver.model.fold import fold

NAMES = st.text(st.sampled_from("azlnś ŚłŁńñÑżźóöß'ĉ\u0301\u0303"), max_size=8)


@given(NAMES)
def test_a_key_differs_from_the_folded_text_by_its_marks_alone(text):
    assert key_of(text, "") == fold(text)
    for order in OWN_LETTERS:
        assert "".join(letter for letter in key_of(text, order) if letter < "\U0010fff0") == fold(normalize("NFC", text))


@given(NAMES, st.sampled_from(ORDERS))
def test_a_name_stands_in_the_stretch_of_its_first_letter_alone(text, order):
    key = key_of(text, order)
    for letter in {*"alnsz", *(initial_of(each, order) for each in OWN_LETTERS.get(order, ""))}:
        low, high = stretch_of(letter)
        assert (low <= key < high) is (first_letter(key) == letter)
    low, high = stretch_of(key[:1])
    assert not key or low <= fold(normalize("NFC", text)) < high


@pytest.mark.parametrize("order", OWN_LETTERS)
def test_each_letter_is_written_as_it_was_read(order):
    for letter in OWN_LETTERS[order]:
        for spelled in (letter, letter.upper(), normalize("NFD", letter)):
            assert written(initial_of(spelled, order), order) == letter
    assert written(initial_of("Ö", order), order) == "o"
    assert initial_of("", order) == ""


def test_languages_without_letters_of_their_own_share_one_order():
    assert [order_of(language) for language in ("en", "pt", "eo", "pl", "es", "de", "")] == ["", "", "eo", "pl", "es", "", ""]
