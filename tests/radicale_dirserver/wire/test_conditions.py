# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.names import ETag
from radicale_dirserver.wire.conditions import Tags, read_date, read_tags


@pytest.mark.parametrize(
    "text, tags",
    [
        ("", ()),
        ('"a"', ("a",)),
        ('"a", "b"', ("a", "b")),
        ('W/"a"', ("a",)),
        ("bare", ("bare",)),
        ('"a,b" , W/"c"', ("a,b", "c")),
    ],
)
def test_tags_are_read_however_they_come(text, tags):
    assert read_tags(text) == Tags(tuple(map(ETag, tags)))


@pytest.mark.parametrize("text", ['""', 'W/""', ",", '"', '"", ,'])
def test_a_header_without_a_tag_is_a_condition_that_nothing_meets(text):
    tags = read_tags(text)
    assert tags
    assert not tags.covers(ETag("a"))


def test_a_star_covers_whatever_is_there():
    assert read_tags(" * ").covers(ETag("x"))
    assert not read_tags("*").covers(None)


def test_a_list_covers_what_is_in_it():
    assert read_tags('"a", "b"').covers(ETag("b"))
    assert not read_tags('"a"').covers(ETag("b"))
    assert not read_tags("")


@pytest.mark.parametrize("text", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
def test_a_date_is_read_in_each_of_its_three_spellings(text):
    assert read_date(text) == 784_111_777


@pytest.mark.parametrize("text", ["", "yesterday", "784111777", "Sun, 32 Nov 1994 08:49:37 GMT", "\x00"])
def test_what_is_no_date_is_no_condition(text):
    assert read_date(text) is None
