# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Parameter, Property, Version
from dirserver.card.dates import basic_timestamp, converted_date, iso_date, with_date


@pytest.mark.parametrize(
    "value,params,expected",
    [
        ("1985-04-12", (), "1985-04-12"),
        ("19850412", (), "1985-04-12"),
        ("1985-04-12T10:00:00Z", (), "1985-04-12"),
        ("19850412T100000-0500", (), "1985-04-12"),
        ("1985-04-12 00:00:00", (), "1985-04-12"),
        ("--0412", (), "--04-12"),
        ("--04-12", (), "--04-12"),
        ("1604-04-12", (Parameter("X-APPLE-OMIT-YEAR", ("1604",)),), "--04-12"),
        ("1985-04-12", (Parameter("X-APPLE-OMIT-YEAR", ("1604",)),), "1985-04-12"),
        ("circa 1800\\, May", (), "circa 1800, May"),
        ("1985-04", (), "1985-04"),
    ],
)
def test_every_way_to_write_a_date_is_read_as_one(value: str, params: tuple[Parameter, ...], expected: str) -> None:
    assert iso_date(Property("BDAY", value, None, params)) == expected


@given(st.dates(min_value=dt.date(1000, 1, 1)), st.booleans(), st.sampled_from(Version))
def test_a_date_written_is_the_date_read(day: dt.date, without_year: bool, version: Version) -> None:
    text = day.strftime("--%m-%d") if without_year else day.isoformat()
    assert iso_date(with_date(Property("BDAY", ""), text, version)) == text


def test_words_become_text_and_stop_being_so() -> None:
    words = with_date(Property("BDAY", "1985-04-12"), "in spring", Version.V4)
    assert words.param("VALUE") == "text"
    assert with_date(words, "1985-04-12", Version.V4) == Property("BDAY", "19850412")


@pytest.mark.parametrize("value", ["1985", "---12", "1985-04", "T102200", "spring"])
def test_what_is_no_whole_date_is_converted_to_itself(value: str) -> None:
    for version in Version:
        assert converted_date(Property("BDAY", value), version).value == value


def test_a_time_of_day_is_kept() -> None:
    assert converted_date(Property("BDAY", "1985-04-12T10:22:00Z"), Version.V4).value == "19850412T102200Z"
    assert converted_date(Property("BDAY", "19850412T102200Z"), Version.V3).value == "1985-04-12T10:22:00Z"


def test_a_revision_is_put_into_the_basic_form() -> None:
    assert basic_timestamp("1995-10-31T22:27:10.5+01:00") == "19951031T222710+0100"
    assert basic_timestamp("20260101T000000Z") == "20260101T000000Z"
    assert basic_timestamp("2026-01-01T10:00:00Z(12)") == "2026-01-01T10:00:00Z(12)"
