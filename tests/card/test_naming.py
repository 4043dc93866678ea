# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.card import Card, Property, Version
from dirserver.card.naming import family_name_of, following_name, join_name, name_parts, with_formatted_name

OLD = ("Lovelace", "Ada", "King", "Dr.", "jr.")
NEW = ("Byron", "Ada", "", "", "")


@pytest.mark.parametrize(
    "shown,expected",
    [
        ("Dr. Ada King Lovelace jr.", "Ada Byron"),
        ("Ada Lovelace", "Ada Byron"),
        ("Ada  Lovelace ", "Ada Byron"),
        ("Lovelace, Ada", "Byron, Ada"),
        ("Lovelace Ada", "Byron Ada"),
        ("Countess of Lovelace", None),
        ("", None),
    ],
)
def test_fn_follows_n_only_where_it_was_the_plain_join(shown: str, expected: str | None) -> None:
    assert following_name(shown, OLD, NEW) == expected


def test_a_name_never_follows_into_nothing() -> None:
    assert following_name("Ada Lovelace", OLD, ("", "", "", "", "")) is None


@pytest.mark.parametrize(
    "shown,family",
    [
        ("Ada Lovelace", "Lovelace"),
        ("Ludwig van Beethoven", "van Beethoven"),
        ("Maria de los Santos", "de los Santos"),
        ("Lovelace, Ada", "Lovelace"),
        ("Madonna", "Madonna"),
        ("de Gaulle", "Gaulle"),
        ("", ""),
    ],
)
def test_the_family_name_is_the_last_word_with_its_particles(shown: str, family: str) -> None:
    assert family_name_of(shown) == family


def test_parts_of_n_are_one_text_each() -> None:
    assert name_parts(Property("N", "Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.")) == ("Stevenson", "John", "Philip Paul", "Dr.", "Jr. M.D.")
    assert name_parts(Property("N", "Only")) == ("Only", "", "", "", "")
    assert join_name(OLD) == "Dr. Ada King Lovelace jr."


def test_an_fn_that_says_something_is_never_replaced() -> None:
    card = Card(Version.V3, (Property("FN", "Boss"), Property("N", "Lovelace;Ada;;;")))
    assert with_formatted_name(card) is card
