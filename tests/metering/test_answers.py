# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
import threading

import pytest

from dirserver.metering.answers import BOUNDS_S, OTHER, Answers, Counted


def counted(answers: Answers) -> dict[str, Counted]:
    cells = memoryview(bytearray(8 * answers.size)).cast("Q")
    answers.settle(cells)
    return {each.kind: each for each in answers.counted(cells)}


def test_answers_are_counted_by_kind_outcome_and_how_long_they_took() -> None:
    answers = Answers(("dav", OTHER), 5)
    for kind, outcome, seconds in (("dav", 2, 0.000_04), ("dav", 2, 0.001), ("dav", 4, 0.3), ("unheard of", 5, 9.0)):
        answers.note(kind, outcome, seconds)
    found = counted(answers)
    assert found["dav"] == Counted("dav", (0, 0, 2, 0, 1, 0), (2, 0, 0, 0, 1, 0, 0), 0.30104)
    assert found[OTHER] == Counted(OTHER, (0, 0, 0, 0, 0, 1), (0, 0, 0, 0, 0, 0, 1), 9.0)


@pytest.mark.parametrize("place", range(len(BOUNDS_S)))
def test_a_bucket_ends_with_its_bound(place: int) -> None:
    answers = Answers((OTHER,), 1)
    answers.note(OTHER, 0, BOUNDS_S[place])
    answers.note(OTHER, 0, BOUNDS_S[place] * 1.001)
    assert counted(answers)[OTHER].buckets[place : place + 2] == (1, 1)


def test_what_has_no_place_counts_with_the_last_outcome_of_its_own_kind() -> None:
    answers = Answers(("bind", OTHER), 95)
    for code in (95, 96, 4_096):
        answers.note("bind", code, 0.0)
    found = counted(answers)
    assert (found["bind"].outcomes[95], sum(found[OTHER].outcomes)) == (3, 0)
    with pytest.raises(ValueError, match="the rest"):
        Answers(("bind",), 95)


def test_no_answer_is_lost_between_threads() -> None:
    answers = Answers(("dav", OTHER), 5)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=lambda: [answers.note("dav", 2, 0.01) for _ in range(20_000)]) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    found = counted(answers)["dav"]
    assert (found.outcomes[2], found.buckets[2], found.seconds) == (120_000, 120_000, 1_200.0)
