# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.access.guard import guard
from dirserver.access.rights import Standing, resolve
from dirserver.access.view import FieldClasses
from dirserver.model.book import Book, BookKind, Level
from dirserver.model.filter import FALSE, And, AnyOf, Equality, Guard, Guarded, Not, Or, Present, Substrings, Undefined, matches
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from tests.cast import CLASSES, uuid_of

PEOPLE = Book(1, "uuid", Slug("people"), BookKind.PEOPLE, "People", "", None, 0, "epoch")
RIGHTS = resolve(
    Standing(1, person=uuid_of("ada"), login="ada"),
    PEOPLE,
    [
        Grant(PEOPLE.slug, Subject.parse("authenticated"), Level.VIEW, ("public",)),
        Grant(PEOPLE.slug, Subject.parse("self"), Level.VIEW, ("homePhone",)),
    ],
    FieldClasses.of(CLASSES),
)
NOTHING = resolve(Standing(), PEOPLE, [], FieldClasses.of(CLASSES))


def test_what_may_be_read_everywhere_is_left_as_it_is() -> None:
    assert guard(Equality("sn", "x"), RIGHTS) == Equality("sn", "x")


def test_what_may_be_read_nowhere_is_undefined() -> None:
    assert guard(Equality("mail", "x"), RIGHTS) == Undefined()
    assert guard(Present("x-odd"), RIGHTS) == Undefined()


def test_what_may_be_read_on_ones_own_entry_counts_there_only() -> None:
    assert guard(Equality("homephone", "1"), RIGHTS) == Guarded(frozenset({Guard.SELF}), Equality("homephone", "1"))


def test_the_reversed_digits_of_a_number_are_guarded_like_the_number() -> None:
    assert guard(Substrings("homephone;r", "1"), RIGHTS) == Guarded(frozenset({Guard.SELF}), Substrings("homephone;r", "1"))
    assert guard(Substrings("mobile;r", "1"), RIGHTS) == Undefined()


def test_a_hidden_value_cannot_be_probed_through_not() -> None:
    guarded = guard(Not(Equality("mail", "x")), RIGHTS)
    assert matches(guarded, {}) is None
    assert matches(guarded, {"mail": ("x",)}) is None


def test_each_part_of_a_filter_is_guarded() -> None:
    asked = And((Or((Equality("sn", "x"), Equality("mail", "y"))), Not(Present("mobile"))))
    assert guard(asked, RIGHTS) == And((Or((Equality("sn", "x"), Undefined())), Not(Undefined())))


def test_hidden_attributes_drop_out_of_a_search_box() -> None:
    asked = AnyOf(frozenset({"cn", "mail", "homephone"}), "x")
    readable, own = AnyOf(frozenset({"cn"}), "x"), Guarded(frozenset({Guard.SELF}), AnyOf(frozenset({"homephone"}), "x"))
    guarded = guard(asked, RIGHTS)
    assert isinstance(guarded, Or)
    assert set(guarded.parts) == {readable, own}
    assert guard(AnyOf(frozenset({"mail"}), "x"), RIGHTS) == FALSE


def test_with_an_empty_set_of_rules_no_assertion_counts() -> None:
    for asked in (Present("cn"), Equality("uid", "ada"), Not(Equality("uid", "ada")), AnyOf(frozenset({"cn"}), "a")):
        assert matches(guard(asked, NOTHING), {"cn": ("ada",), "uid": ("ada",)}) is not True
