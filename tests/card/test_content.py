# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Parameter
from dirserver.card.content import CONTENT_LINE, format_parameters, parse_parameters
from tests.card.strategies import params


@given(st.lists(params, max_size=5).map(tuple))
def test_parameters_come_back_from_the_wire(made: tuple[Parameter, ...]) -> None:
    wire = format_parameters(made)
    assert "\n" not in wire
    assert parse_parameters(wire) == made
    found = CONTENT_LINE.fullmatch(f"item1.TEL{wire}:a:b")
    assert found is not None
    assert found.groups() == ("item1", "TEL", wire, "a:b")


@pytest.mark.parametrize(
    "wire,expected",
    [
        (";TYPE=CELL,voice", (Parameter("TYPE", ("CELL", "voice")),)),
        (";type=CELL;type=pref", (Parameter("type", ("CELL",)), Parameter("type", ("pref",)))),
        (";HOME;VOICE", (Parameter("HOME"), Parameter("VOICE"))),
        (";TYPE=", (Parameter("TYPE", ("",)),)),
        (';X="a;b:c,d"', (Parameter("X", ("a;b:c,d",)),)),
        (';X="a,b",c', (Parameter("X", ("a,b", "c")),)),
        (";X=a^nb^^c^'d^e", (Parameter("X", ('a\nb^c"d^e',)),)),
        (";;TYPE=A;", (Parameter("TYPE", ("A",)),)),
    ],
)
def test_parameters_are_read_as_clients_write_them(wire: str, expected: tuple[Parameter, ...]) -> None:
    assert parse_parameters(wire) == expected


@pytest.mark.parametrize("wire", ["; TYPE=A", ";TYPE =A", ";Ü=1", ";=x"])
def test_parameters_without_a_name_are_not_understood(wire: str) -> None:
    assert parse_parameters(wire) is None


def test_a_line_made_to_confuse_the_grammar_takes_no_longer_than_it_is_long() -> None:
    # With backtracking any of these would not end within the life of the test run.
    for hostile in ("A" * 200_000, ";" * 200_000, 'A;B="' * 50_000, "A;" + '"x"' * 60_000, "a." * 100_000, "A" + ";X=" * 60_000 + '"'):
        assert CONTENT_LINE.fullmatch(hostile) is None
    assert parse_parameters(";X=" + '"x"' * 60_000) is not None
    assert parse_parameters(";" * 100_000) == ()
