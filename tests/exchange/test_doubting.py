# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.demo.people import make_people
from dirserver.exchange.doubting import doubt
from dirserver.exchange.row import Row


def columns(**values: str) -> list[str]:
    row = Row(2, values={name: (value,) for name, value in values.items()})
    return [problem.column for problem in doubt(row, {"givenName", "sn", "cn"})]


@pytest.mark.parametrize(
    "given, family",
    [
        ("Krzysztof", "Schwartzschmidt"),
        ("Hrvoje", "Đặng"),
        ("Ng", "Ỹ"),
        ("Ĥoraco", "Ŝmidt"),
        ("Zoë", "O'Hara-MacDonald"),
        ("José María", "de la Ó"),
        ("LJ", "Cool"),
        ("Ádám", "Ðurić"),
        ("فاطمة", "الزهراء"),
        ("明", "李"),
    ],
)
def test_real_names_pass_unremarked(given, family):
    assert columns(givenName=given, sn=family, cn=f"{given} {family}") == []


def test_nobody_of_the_sample_company_is_doubted():
    assert [problem for person in make_people(300) for problem in doubt(Row(1, values=person.attributes))] == []


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"givenName": "ZDZISŁAW", "sn": "KOWALUCH"}, ["givenName", "sn"]),
        ({"givenName": "asdf", "sn": "qwertz"}, ["givenName", "sn"]),
        ({"cn": "Test"}, ["cn"]),
        ({"givenName": "William"}, ["sn"]),
        ({"sn": "Wright"}, ["givenName"]),
        ({"cn": "Ada Marlowe", "sn": "NÃºÃ±ez"}, ["sn"]),
        ({"cn": "Ada Marlowe", "title": "Engi\u200bneer\u202e"}, ["title"]),
    ],
)
def test_what_looks_odd_is_told(values, expected):
    assert columns(**values) == expected


def test_what_was_meant_is_proposed():
    (problem,) = doubt(Row(2, values={"cn": ("Götz NÃºÃ±ez Müller",)}))
    assert problem.remedy == "perhaps 'Götz Núñez Müller' is meant"


def test_a_portuguese_capital_with_a_sign_is_no_mojibake():
    assert columns(cn="João Ramalhão", description="É à vista: Ã©") == ["description"]
    assert columns(cn="João Ramalhão", description="SÃO Ç Â 1°, ÑANDÚ") == []


def test_a_name_that_the_file_has_no_column_for_is_not_missing():
    assert list(doubt(Row(2, values={"sn": ("Marlowe",)}), {"sn"})) == []
