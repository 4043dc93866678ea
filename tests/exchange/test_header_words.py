# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter

from dirserver.exchange.header_words import WORDS
from dirserver.model.attribute import find
from dirserver.model.fold import fold


def test_each_word_is_written_as_it_is_looked_up_means_one_thing_and_an_attribute_that_there_is():
    words = [word for said in WORDS.values() for word in said.split("|")]
    assert [word for word in words if fold(word) != word] == []
    assert [word for word, times in Counter(words).items() if times > 1] == []
    assert [name for name in WORDS if (found := find(name)) is None or found.name != name] == []


def test_no_word_is_the_name_of_an_attribute_already():
    assert [word for said in WORDS.values() for word in said.split("|") if find(word) is not None] == []
