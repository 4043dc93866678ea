# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a list goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.api.cursor import Cursor
from dirserver.api.problems import WrongValue


@given(st.one_of(st.uuids().map(lambda uuid: Cursor(after=str(uuid))), st.integers(0, 0xFFFFFF).map(lambda count: Cursor(offset=count))))
def test_a_cursor_reads_what_it_wrote(cursor):
    assert Cursor.parse(str(cursor)) == cursor


@given(st.text(min_size=1, max_size=90))
def test_whatever_else_is_read_is_a_cursor_or_refused(text):
    try:
        again = Cursor.parse(text)
    except WrongValue:
        return
    assert Cursor.parse(str(again)) == again


def test_nothing_is_the_beginning():
    assert Cursor.parse("") == Cursor()
    with pytest.raises(WrongValue):
        Cursor.parse("nonsense")
