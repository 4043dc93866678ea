# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import BadInput, TooLarge
from dirserver.exchange import delimited
from dirserver.exchange.delimited import is_formula, join_values, read_records, split_values


def records(text: str, delimiter: str = ","):
    return list(read_records(enumerate(text.splitlines(keepends=True), 1), delimiter))


def cells(text: str, delimiter: str = ","):
    return [record.cells for record in records(text, delimiter)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a,b\nc,d\n", [("a", "b"), ("c", "d")]),
        ('"a","b"\r\n', [("a", "b")]),
        ('"a,b",c\n', [("a,b", "c")]),
        ('"a ""b""",c\n', [('a "b"', "c")]),
        ('"a\nb",c\nd,e\n', [("a\nb", "c"), ("d", "e")]),
        ('"",\n', [("", "")]),
        ("a,\n", [("a", "")]),
        ('5" disk,b\n', [('5" disk', "b")]),
        ("\n\na,b\n\n", [("a", "b")]),
        ('"a" ,b\n', [("a", "b")]),
        ("a,b", [("a", "b")]),
    ],
)
def test_records_are_read_as_rfc_4180_has_them(text, expected):
    assert cells(text) == expected


def test_a_record_knows_the_line_that_it_begins_on():
    assert [record.line for record in records('a\n"b\nc"\nd\n')] == [1, 2, 4]


def test_what_follows_a_closing_quote_is_a_fault_of_that_record_alone():
    first, second = records('"a"x,b\nc,d\n')
    assert first.fault == 'cell 1 goes on with "x" after its closing quote'
    assert (second.cells, second.fault) == (("c", "d"), "")


def test_a_quote_that_is_never_closed_is_told_with_its_line():
    with pytest.raises(BadInput, match="line 2: the quote that opens cell 2 is never closed"):
        records('a,b\nc,"d\ne,f\n')


def test_a_quote_may_not_swallow_the_memory(monkeypatch):
    monkeypatch.setattr(delimited, "MAX_LINE", 100)
    with pytest.raises(TooLarge, match="line 1: cell 1 has more than 100"):
        records('"' + "x\n" * 200)


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))).filter(lambda text: text.strip() and text == text.strip()), min_size=1)
)
def test_values_of_a_cell_come_back(values):
    assert split_values(join_values(values)) == tuple(values)


@given(st.lists(st.text(st.sampled_from("a:\\ '=+-@x")).map(str.strip).filter(bool), min_size=1, max_size=4))
def test_values_that_look_like_our_own_signs_come_back(values):
    assert split_values(join_values(values)) == tuple(values)


@pytest.mark.parametrize("value", ["=1+1", "+34911", "-1", "@ada", "\tx", "'=1"])
def test_what_a_spreadsheet_would_run_is_guarded(value):
    assert join_values([value]) == f"'{value}"
    assert split_values(f"'{value}") == (value,)


def test_an_apostrophe_before_a_letter_is_part_of_the_name():
    assert split_values("'t Hooft") == ("'t Hooft",)
    assert join_values(["'t Hooft"]) == "'t Hooft"


def test_cells_are_trimmed_and_empty_ones_say_nothing():
    assert split_values(" \u00a0ada ") == ("ada",)
    assert split_values("  ") == ()


def test_another_separator_may_be_told():
    assert split_values("a|b", "|") == ("a", "b")


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("=1+1", True),
        ("+34 911", False),
        ("@ada", False),
        ("-", False),
        ("@SUM(A1)", True),
        ("+cmd(x)", True),
        ("+34 (0) 91", False),
        ("a=b", False),
    ],
)
def test_only_what_runs_is_called_a_formula(cell, expected):
    assert is_formula(cell) is expected
