# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.directory.views.binding import MAX_PATTERN, SEARCHED, bind, typed_words
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
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
)
from tests.cast import uuid_of


@pytest.mark.parametrize(
    "asked, bound",
    [
        (Equality("SN", " Łukasińska "), Equality("sn", "lukasinska")),
        (Equality("surname;lang-pl", "X"), Equality("sn", "x")),
        (Equality("2.5.4.4", "x"), Equality("sn", "x")),
        (Equality("noSuchThing", "x"), Undefined()),
        (Equality("sn", ""), Undefined()),
        (Equality("sn", "\u200b"), Undefined()),
        (Present("noSuchThing"), Undefined()),
        (Present("entryUUID"), TRUE),
        (Present("objectClass"), TRUE),
        (Equality("objectClass", "inetOrgPerson"), TRUE),
        (Equality("objectClass", "printer"), FALSE),
        (Not(Equality("objectClass", "printer")), Not(FALSE)),
        (Equality("memberOf", "SALES"), Equality("memberof", "sales")),
        (Substrings("memberOf", "s"), Undefined()),
        (Equality("manager", f"urn:uuid:{uuid_of('ada')}"), Equality("manager", uuid_of("ada"))),
        (Equality("manager", "Ada"), Undefined()),
        (Equality("entryUUID", uuid_of("ada").upper()), Equality("entryuuid", uuid_of("ada"))),
        (Substrings("cn", "Ł", ("", "A B"), "Ç"), Substrings("cn", "l", ("a b",), "c")),
        (Substrings("cn"), Undefined()),
        (Substrings("telephoneNumber", "foo"), Undefined()),
        (Substrings("telephoneNumber", "+49 (0)30"), Substrings("telephonenumber", "4930")),
        (Substrings("telephoneNumber", "030 12"), Substrings("telephonenumber", "", ("3012",))),
        (Substrings("cn", "x" * (MAX_PATTERN + 1)), Undefined()),
        (AtLeast("employeeNumber", "12"), AtLeast("employeenumber", "12")),
        (AtMost("telephoneNumber", "12"), Undefined()),
        (Approximate("cn", "Ada Ł"), Approximate("cn", "ada l")),
        (Extensible("cn", "caseIgnoreMatch", "Ada"), Equality("cn", "ada")),
        (Extensible("cn", "1.2.3", "Ada"), Undefined()),
        (Extensible(None, "caseIgnoreMatch", "Ada"), Undefined()),
        (And((Equality("sn", "X"), Or((Not(Present("cn")),)))), And((Equality("sn", "x"), Or((Not(Present("cn")),))))),
    ],
    ids=repr,
)
def test_names_and_values_take_their_normal_form(asked: Filter, bound: Filter) -> None:
    assert bind(asked) == bound


@pytest.mark.parametrize("number", ["+49 30 1234567", "0049301234567", "030 1234567"])
def test_a_number_equals_itself_and_what_ends_with_it(number: str) -> None:
    bound = bind(Equality("mobile", number))
    assert isinstance(bound, Or)
    assert Substrings("mobile;r", "7654321" + "03") in bound.parts


@pytest.mark.parametrize(
    "text, microseconds",
    [
        ("20260921141320Z", 1_790_000_000_000_000),
        ("20260921161320+0200", 1_790_000_000_000_000),
        ("20260921091320-05", 1_790_000_000_000_000),
        ("20260921141320.5Z", 1_790_000_000_000_000),
        ("202609211413Z", 1_789_999_980_000_000),
    ],
)
def test_a_time_is_the_whole_second_in_any_zone(text: str, microseconds: int) -> None:
    assert bind(Equality("modifyTimestamp", text)) == And(
        (AtLeast("modifytimestamp", str(microseconds)), AtMost("modifytimestamp", str(microseconds + 999_999)))
    )


@pytest.mark.parametrize("text", ["", "yesterday", "20261321141320Z", "20260921141320", "00000101000000Z", "99991231235959-1400"])
def test_what_is_no_time_is_undefined(text: str) -> None:
    assert bind(AtLeast("createTimestamp", text)) == Undefined()


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_question_or_none(text: str) -> None:
    asked = typed_words(text)
    assert asked == FALSE or isinstance(asked, (And, Or))


def test_every_word_counts_once_and_of_many_the_longest() -> None:
    assert typed_words("Ada ada ADA") == And((AnyOf(SEARCHED, "ada"),))
    asked = typed_words(" ".join("x" * length for length in range(1, 40)))
    assert isinstance(asked, And)
    assert len(asked.parts) == 10
    assert min(len(part.text) for part in asked.parts) == 30


def test_digits_are_asked_as_a_number_too() -> None:
    asked = typed_words("030/12-34")
    assert isinstance(asked, Or)
    assert asked.parts[1] == AnyOf(asked.parts[1].attributes, "301234")
    assert "mobile" in asked.parts[1].attributes
    assert "mail" not in asked.parts[1].attributes
