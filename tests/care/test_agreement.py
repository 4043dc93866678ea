# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses

from dirserver.care.agreement import Compared, Shown, compare


def test_each_way_of_asking_shows_the_same_to_everybody(parts, company):
    for asker in (company.system, company.ada, company.esme, company.chika):
        with parts.directory.reading(asker) as reading:
            compared = list(compare(reading))
        (people,) = [each for each in compared if each.book == "people"]
        assert all(each.agrees for each in compared)
        assert people.counted > 3
        assert len(people.shown) == 6


def test_a_difference_in_number_state_or_count_is_no_agreement():
    same = (Shown("a", 2, "x"), Shown("b", 2, "x"))
    compared = Compared("people", "People", 2, same)
    assert compared.agrees
    assert not dataclasses.replace(compared, counted=3).agrees
    assert not dataclasses.replace(compared, shown=(same[0], Shown("b", 2, "y"))).agrees
    assert not dataclasses.replace(compared, shown=(same[0], Shown("b", 1, "x"))).agrees
