# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may be the same."""

from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.care.candidates import candidates
from tests.cast import ADA_MOBILE, make_company
from tests.parts import open_parts


@pytest.fixture
def parts(copied_url):
    opened = open_parts(copied_url)
    yield opened
    opened.close()


def test_who_agrees_in_most_comes_first_and_hidden_values_count_for_nothing(parts):
    company = make_company(parts)
    both = from_attributes({"cn": ("Bruno Königsmann",), "mobile": ("0151 5550101",), "mail": ("BRUNO@example.com",)}, uid="x")
    by_number = from_attributes({"cn": ("Somebody Else",), "mobile": (ADA_MOBILE,)}, uid="y")
    with parts.directory.reading(company.dov) as reading:
        people = reading.book("people")
        told = [(one.entry.name, one.agrees_in) for one in candidates(reading, people, both)]
        assert told[0] == ("bruno", ("mail", "cn"))
        assert [one.entry.name for one in candidates(reading, people, by_number)] == ["ada"]
        assert candidates(reading, people, from_attributes({"cn": ("Nobody Known",)}, uid="z")) == ()
    with parts.directory.reading(company.esme) as reading:
        assert candidates(reading, reading.book("people"), by_number) == ()
