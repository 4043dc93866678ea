# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.directory.crowd.vocabulary import Vocabulary
from dirserver.directory.search.likeness import distance

WORDS = st.text("abcdzł", min_size=1, max_size=7)


@given(st.lists(WORDS), WORDS, st.integers(0, 3))
def test_all_words_that_are_near_are_found(words, word, most):
    vocabulary = Vocabulary()
    for each in words:
        vocabulary.add(each)
    expected = {(far, each) for each in words if (far := distance(word, each, most)) is not None}
    assert set(vocabulary.near(word, most)) == expected


def test_values_are_taken_apart():
    vocabulary = Vocabulary()
    vocabulary.add('research (labs), "north"')
    assert {word for _, word in vocabulary.near("labz", 1) + vocabulary.near("nort", 1)} == {"labs", "north"}
