# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.oddities import Odd, oddities, repaired


def test_odd_values_are_told_with_what_may_be_meant():
    values = {"givenName": ("ZDZISŁAW",), "sn": ("NÃºÃ±ez",), "title": ("Engi\u200bneer", b"x"), "cn": ("Zdzisław Núñez",)}
    assert {(one.odd, one.attribute, one.better) for one in oddities(values)} == {
        (Odd.CAPITALS, "givenName", "Zdzisław"),
        (Odd.MOJIBAKE, "sn", "Núñez"),
        (Odd.UNSEEN, "title", "Engineer"),
    }
    assert [one.odd for one in oddities({"givenName": ("qwerty",)})] == [Odd.MISSING, Odd.FAKE]
    assert repaired("Łukasz") == "Łukasz"
