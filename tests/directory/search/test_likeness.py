# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.search.likeness import distance


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
