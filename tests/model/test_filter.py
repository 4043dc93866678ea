# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.filter import (
    FALSE,
    TRUE,
    And,
    AnyOf,
    Approximate,
    AtLeast,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Guard,
    Guarded,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
    matches,
)

ADA = {"cn": ("ada lukasinska",), "mail": ("ada@example.com", "a.l@example.com"), "sn": ("lukasinska",)}
_OF: dict[bool | None, Filter] = {True: Equality("sn", "lukasinska"), False: Equality("sn", "smith"), None: Undefined()}
_TRUTHS = (True, False, None)


@pytest.mark.parametrize("left", _TRUTHS)
@pytest.mark.parametrize("right", _TRUTHS)
def test_and_and_or_follow_the_truth_tables_of_rfc_4511(left: bool | None, right: bool | None) -> None:
    both = {left, right}
    assert matches(And((_OF[left], _OF[right])), ADA) is (False if False in both else None if None in both else True)
    assert matches(Or((_OF[left], _OF[right])), ADA) is (True if True in both else None if None in both else False)


@pytest.mark.parametrize("part, opposite", [(True, False), (False, True), (None, None)])
def test_not_keeps_undefined(part: bool | None, opposite: bool | None) -> None:
    assert matches(Not(_OF[part]), ADA) is opposite


def test_empty_and_is_true_and_empty_or_is_false() -> None:
    assert matches(TRUE, {}) is True
    assert matches(FALSE, ADA) is False


@pytest.mark.parametrize(
    "assertion, holds",
    [
        (Present("mail"), True),
        (Present("mobile"), False),
        (Equality("mail", "a.l@example.com"), True),
        (Equality("mail", "ada"), False),
        (AtLeast("sn", "l"), True),
        (AtLeast("sn", "m"), False),
        (AtMost("sn", "m"), True),
        (AtMost("sn", "l"), False),
        (Approximate("cn", "luka ada"), True),
        (Approximate("cn", "luka bob"), False),
        (AnyOf(frozenset({"cn", "mail"}), "a.l@"), True),
        (AnyOf(frozenset({"cn"}), "a.l@"), False),
        (Extensible("cn", "1.2.3", "x"), None),
    ],
)
def test_each_assertion_looks_at_all_values(assertion: Filter, holds: bool | None) -> None:
    assert matches(assertion, ADA) is holds


@pytest.mark.parametrize(
    "initial, any_, final, holds",
    [
        ("ada", (), "", True),
        ("", ("a l",), "", True),
        ("", (), "ska", True),
        ("ada ", ("uka",), "inska", True),
        ("ada l", ("l",), "", False),
        ("", ("ska", "luk"), "", False),
        ("", ("a", "a", "a", "a"), "", True),
        ("", ("a", "a", "a", "a", "a"), "", False),
        ("ada lukasinska", (), "a", False),
    ],
)
def test_substrings_come_in_order_and_do_not_overlap(initial: str, any_: tuple[str, ...], final: str, holds: bool) -> None:
    assert matches(Substrings("cn", initial, any_, final), ADA) is holds


def test_a_guarded_assertion_counts_only_within_its_guards() -> None:
    guarded = Guarded(frozenset({Guard.SELF}), Equality("sn", "lukasinska"))
    assert matches(guarded, ADA, frozenset({Guard.SELF})) is True
    assert matches(guarded, ADA, frozenset({Guard.MANAGED})) is None
    assert matches(Not(guarded), ADA) is None
