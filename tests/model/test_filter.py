# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.model.filter import (
    ANY_ENTRY,
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

ADA = {"cn": ("ada lukasinska", "ada"), "mail": ("ada@example.com",)}
YES, NO, UNDEFINED = Present("cn"), Present("mobile"), Undefined()
VALUES: dict[bool | None, Filter] = {True: YES, False: NO, None: UNDEFINED}

_AND = {(True, True): True, (True, None): None, (None, True): None, (None, None): None}
_OR = {(False, False): False, (False, None): None, (None, False): None, (None, None): None}


@pytest.mark.parametrize("pair", list(itertools.product(VALUES, repeat=2)), ids=str)
def test_the_truth_tables_are_those_of_the_rfc(pair: tuple[bool | None, bool | None]) -> None:
    parts = (VALUES[pair[0]], VALUES[pair[1]])
    assert matches(And(parts), ADA) is _AND.get(pair, False)
    assert matches(Or(parts), ADA) is _OR.get(pair, True)


def test_not_keeps_undefined() -> None:
    assert (matches(Not(YES), ADA), matches(Not(NO), ADA), matches(Not(UNDEFINED), ADA)) == (False, True, None)


def test_nothing_asked_is_true_or_false() -> None:
    assert matches(TRUE, {}) is True
    assert matches(FALSE, {}) is False
    assert Present("objectClass") == ANY_ENTRY


@pytest.mark.parametrize(
    "asked, truth",
    [
        (Equality("cn", "ada"), True),
        (Equality("cn", "Ada"), False),
        (Substrings("cn", "ada "), True),
        (Substrings("cn", "", ("luk", "ska")), True),
        (Substrings("cn", "", ("ska", "luk")), False),
        (Substrings("cn", "", (), "inska"), True),
        (Substrings("cn", "ada", (), "ada"), False),
        (Substrings("mail", "ada@", ("ada@",)), False),
        (Substrings("mail", "ada@example", (), "example.com"), False),
        (AtLeast("mail", "ada"), True),
        (AtLeast("mail", "b"), False),
        (AtMost("mail", "b"), True),
        (Approximate("cn", "lukas ada"), True),
        (Approximate("cn", "lukas bob"), False),
        (Extensible("cn", None, "ada"), None),
    ],
    ids=repr,
)
def test_an_assertion_holds_if_some_value_does(asked: Filter, truth: bool | None) -> None:
    assert matches(asked, ADA) is truth


def test_a_word_is_looked_for_in_any_of_several_attributes() -> None:
    assert matches(AnyOf(frozenset({"mobile", "mail"}), "example"), ADA) is True
    assert matches(AnyOf(frozenset({"mobile"}), "example"), ADA) is False


@given(
    value=st.text("ab", max_size=6), initial=st.text("ab", max_size=2), middle=st.lists(st.text("ab", min_size=1, max_size=2), max_size=2)
)
def test_substrings_don_t_overlap(value: str, initial: str, middle: list[str]) -> None:
    found = matches(Substrings("cn", initial, tuple(middle), "a"), {"cn": (value,)})
    shortest = initial + "".join(middle) + "a"
    assert not found or len(value) >= len(shortest)
    assert matches(Substrings("cn", initial, tuple(middle), "a"), {"cn": ("".join((initial, "b", *middle, "b", "a")),)}) is True


def test_a_guarded_assertion_is_undefined_outside_its_guard() -> None:
    asked = Guarded(frozenset({Guard.SELF}), YES)
    assert matches(asked, ADA, frozenset({Guard.SELF, Guard.MANAGED})) is True
    for within in (frozenset(), frozenset({Guard.MANAGED})):
        assert matches(asked, ADA, within) is None
        assert matches(Not(asked), ADA, within) is None
