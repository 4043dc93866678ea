# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole answers that are kept."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.kept.answers import Answers, Kept
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.ber import integer
from dirserver.ldap.wire.message import Control, Message, Scope, SearchRequest
from dirserver.model.change import Marks
from dirserver.model.filter import Equality
from dirserver.model.principal import Door, Principal

NOW = Marks(3, 10)
ADA = Principal(Door.LDAP, 1, "ada")
REQUEST = Message(5, SearchRequest("", Scope.SUBTREE, Equality("cn", "x")), (), b"what was asked")


@given(st.integers(1, 2**31 - 1), st.lists(st.binary(max_size=70_000), min_size=1, max_size=4))
def test_joined_it_is_what_was_sent_one_by_one(number, operations):
    kept = Kept(NOW, tuple(operations), 0)
    for each in (7, number, 1, 300, number, 7):
        kept.is_often = each != 7
        assert kept.under(integer(each)) == b"".join(encode.message(each, one) for one in operations)


def test_an_answer_is_given_again_to_who_got_it_while_nothing_has_changed():
    answers = Answers(10_000)
    answers.keep(REQUEST, ADA, NOW, [b"entry", b"done"], 0)
    assert answers.recall(REQUEST, ADA, NOW).operations == (b"entry", b"done")
    assert answers.recall(REQUEST, Principal(Door.LDAP, 2, "bob"), NOW) is None
    assert answers.recall(REQUEST, Principal.anonymous(Door.LDAP), NOW) is None
    assert answers.recall(REQUEST, ADA, Marks(4, 10)) is None
    assert answers.recall(REQUEST, ADA, Marks(3, 11)) is None


def test_what_failed_or_ran_out_of_time_is_not_kept():
    answers = Answers(10_000)
    for code in (1, 3, 50, 51, 80):
        answers.keep(REQUEST, ADA, NOW, [b"done"], code)
        assert answers.recall(REQUEST, ADA, NOW) is None


def test_what_is_longer_than_may_be_kept_is_not():
    answers = Answers(4_000)
    answers.keep(REQUEST, ADA, NOW, [b"x" * 500], 0)
    assert answers.recall(REQUEST, ADA, NOW) is not None
    answers.keep(REQUEST, ADA, NOW, [b"x" * 3_001], 0)
    answers.keep(replace(REQUEST, octets=b"other"), ADA, NOW, [b"x" * 1_900], 0)
    assert answers.recall(replace(REQUEST, octets=b"other"), ADA, NOW) is None, "half of it is for those that are asked for often"


def test_answers_whose_entries_are_at_hand_take_little_until_they_are_asked_for_often():
    answers = Answers(40_000)
    requests = [replace(REQUEST, octets=b"request %d" % number) for number in range(20)]
    for each in requests:
        answers.keep(each, ADA, NOW, [b"x" * 5_000, b"done"], 0, is_at_hand=True)
    for _ in range(8):
        assert all(answers.recall(each, ADA, NOW).told(9).octets.count(b"x") == 5_000 for each in requests)
    often = [each for each in requests if answers.recall(each, ADA, NOW).is_often]
    assert 0 < len(often) < 4, "there is no room for more"


def test_what_has_no_octets_or_a_control_that_does_more_is_not_kept():
    answers = Answers(1_000)
    assert answers.is_kept(REQUEST)
    assert not answers.is_kept(replace(REQUEST, octets=b""))
    assert not answers.is_kept(replace(REQUEST, controls=(Control("1.2.3", False, None),)))
    assert not Answers(0).is_kept(REQUEST)
