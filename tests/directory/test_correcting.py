# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.browsing import Question
from dirserver.directory.correcting import distance
from tests.directory.test_browsing import browsed, change, web


@pytest.mark.parametrize(
    "one, other, most, far",
    [
        ("smith", "smith", 2, 0),
        ("smiht", "smith", 2, 1),
        ("smit", "smith", 2, 1),
        ("ssmith", "smith", 2, 1),
        ("kowalcki", "kowalski", 1, 1),
        ("ab", "ba", 1, 1),
        ("smith", "jones", 2, None),
        ("a", "abcdef", 2, None),
        ("kitten", "sitting", 3, 3),
        ("", "ab", 2, 2),
    ],
)
def test_how_far_words_are_apart(one, other, most, far):
    assert distance(one, other, most) == far
    assert distance(other, one, most) == far


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("lukasinsa", "Łukasińska"),
        ("lukaskinska", "Łukasińska"),
        ("brunno", "Bruno"),
        ("burno", "Bruno"),
        ("koenigsman", "Königsmann"),
        ("smiht", "Smith"),
        ("cihka", "Chika"),
        ("zoe smiht", "Zoë Smith"),
        ("develoeper", "Developer"),
        ("acount manager", "Account Manager"),
    ],
)
def test_typing_mistakes_are_forgiven(company, parts, typed, meant):
    found = browsed(parts, web(company.ada), Question(typed))
    assert found.instead
    assert meant in found.meant
    assert found.entries


@pytest.mark.parametrize("typed", ["xyzzy", "qq", "12345", "x" * 500, "a b c d e f g", "%_\\'\"", "ada"])
def test_what_is_like_nothing_is_not_corrected(company, parts, typed):
    found = browsed(parts, web(company.ada), Question(typed))
    assert (found.meant, found.instead) == ((), False)


def test_mistakes_find_nothing_hidden(company, parts):
    change(parts, "ada", description="Zugspitzen", l="Kolbuszowa")
    assert browsed(parts, web(company.esme), Question("kolbuszwa")).meant == ()
    assert browsed(parts, web(company.dov), Question("zugspitzn")).meant == ()
    assert browsed(parts, web(company.dov), Question("kolbuszwa")).meant == ("Kolbuszowa",)
