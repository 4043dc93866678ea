# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given

from dirserver.card.card import Card, Property, Version
from dirserver.card.packed import pack, unpack
from dirserver.errors import BadCard
from tests.card.strategies import cards


@given(cards())
def test_a_packed_card_comes_back_the_same(card: Card) -> None:
    packed = pack(card)
    assert unpack(packed) == card
    assert "\n" not in packed


def test_the_stored_form_stays_what_it_is() -> None:
    card = Card(Version.V3, (Property("FN", "Łukasz"), Property("TEL", "1", "item1"), Property("X", "2")))
    assert pack(card) == '["3.0",["FN","Łukasz"],["TEL","1","","item1"],["X","2"]]'


def test_damaged_parameters_are_reported() -> None:
    with pytest.raises(BadCard, match="stored parameters of TEL"):
        unpack('["3.0",["TEL","1","; =broken"]]')
