# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.checks import Code
from dirserver.care.mending import mended


@pytest.mark.parametrize(
    "code, attribute, values, expected",
    [
        (Code.SPELLING, "mobile", ("912 345 678", "+351 912 345 678"), ("+351912345678",)),
        (Code.SPELLING, "telephoneNumber", ("21 241 8501 ext 5",), ("+351212418501 ext. 5",)),
        (Code.SPELLING, "mobile", ("call reception",), ("call reception",)),
        (Code.SPACE, "title", ("  Lead   of ",), ("Lead of",)),
        (Code.CAPITALS, "cn", ("JOÃO O'NEILL-CÂMARA",), ("João O'Neill-Câmara",)),
        (Code.UNSEEN, "title", ("Engi\u200bneer\u202e",), ("Engineer",)),
        (Code.MOJIBAKE, "sn", ("NÃºÃ±ez",), ("Núñez",)),
        (Code.DEPARTMENT, "ou", ("Slaes", "Legal"), ("Sales", "Legal")),
        (Code.FAKE, "cn", ("qwerty",), ("qwerty",)),
    ],
)
def test_a_value_is_spelt_as_it_should_be_or_left_alone(
    code: Code, attribute: str, values: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert mended(code, attribute, values, region="PT", spellings={"slaes": "Sales"}) == expected


def test_without_a_country_a_national_number_stays() -> None:
    assert mended(Code.SPELLING, "mobile", ("912 345 678",), region="", spellings={}) == ("912 345 678",)
