# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.access.view import FieldClasses, View, field_name, nothing
from dirserver.model.attribute import CANONICAL, FIELDS
from dirserver.model.book import Level
from tests.cast import CLASSES

CLASSES_OF_FIELDS = FieldClasses.of(CLASSES)
IDENTITY = {"uid"}
EVERY_FIELD = [*FIELDS, "x-odd", "x-other"]


def view(level: Level, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()) -> View:
    return View(level, frozenset(map(field_name, reads)), frozenset(map(field_name, writes)), CLASSES_OF_FIELDS)


def shown(one: View) -> frozenset[str]:
    return frozenset(name for name in EVERY_FIELD if one.may_read(name))


def test_a_view_starts_from_nothing() -> None:
    start = nothing(CLASSES_OF_FIELDS)
    assert shown(start) == frozenset()
    assert not any(start.may_write(name) for name in EVERY_FIELD)
    assert not start.reads_everything
    assert not start.writes_everything


def test_a_view_without_fields_shows_what_makes_an_entry_an_entry() -> None:
    assert shown(view(Level.VIEW)) == IDENTITY


def test_an_attribute_is_read_in_any_spelling_by_the_field_that_it_lives_in() -> None:
    esme = view(Level.VIEW, ("public",))
    assert all(esme.may_read(name) for name in ("cn", "SN", "surname", "2.5.4.4", "givenName;lang-pl", "telephonenumber", "businessRole"))
    assert not any(esme.may_read(name) for name in ("mail", "HOMEPHONE", "mobile", "x-odd", "no such thing", ""))


def test_what_no_class_lists_is_private() -> None:
    assert CLASSES_OF_FIELDS.class_of("x-odd") == "private"
    unlisted = {name for name in EVERY_FIELD if CLASSES_OF_FIELDS.class_of(field_name(name)) == "private"}
    assert shown(view(Level.VIEW, ("private",))) == unlisted | IDENTITY


def test_the_first_class_that_names_a_field_has_it_and_case_does_not_matter() -> None:
    classes = FieldClasses.of({"Open": ("MAIL",), "shut": ("mail", "rfc822Mailbox")})
    assert classes.class_of("mail") == "open"


@pytest.mark.parametrize("level", [Level.NONE, Level.VIEW])
def test_fields_to_write_count_only_from_the_level_to_edit(level: Level) -> None:
    one = view(level, ("cn",), ("title",))
    assert not one.may_write("title")
    assert not one.may_read("title")
    assert view(Level.EDIT, ("cn",), ("title",)).may_read("title")


def test_nobody_writes_what_the_directory_keeps_unless_everything_is_theirs() -> None:
    assert not view(Level.EDIT, ("*",), ("title",)).may_write("uid")
    assert not view(Level.DELETE, (), ("public", "work", "hr")).may_write("entryUUID")


def test_joining_gives_both_but_no_field_whose_own_level_was_too_low() -> None:
    looks = view(Level.VIEW, ("public",), ("mail",))
    edits = view(Level.EDIT, (), ("mobile",))
    both = looks.joined(edits)
    assert both.level is Level.EDIT
    assert both.may_write("mobile")
    assert both.may_read("cn")
    assert not both.may_write("mail")
    assert not view(Level.NONE, ("*",), ("*",)).joined(view(Level.EDIT, ("cn",))).may_read("mail")


_names = st.lists(st.sampled_from([*FIELDS[:14], "x-odd", "x-other", "public", "work", "hr", "private", "*"]), max_size=6).map(tuple)
_views = st.builds(view, st.sampled_from([Level.NONE, Level.VIEW, Level.EDIT, Level.OWN]), _names, _names)


@given(one=_views, other=_views)
def test_fingerprints_are_equal_exactly_when_the_same_is_shown(one: View, other: View) -> None:
    assert (one.fingerprint == other.fingerprint) == (shown(one) == shown(other))


@given(one=_views, other=_views)
def test_joining_never_takes_away_and_never_invents(one: View, other: View) -> None:
    both = one.joined(other)
    assert shown(both) == shown(one) | shown(other)
    for name in EVERY_FIELD:
        assert both.may_write(name) == (one.may_write(name) or other.may_write(name))


@given(one=_views)
def test_who_reads_everything_reads_each_field(one: View) -> None:
    if one.reads_everything:
        assert shown(one) == set(EVERY_FIELD)
    if one.writes_everything:
        assert all(one.may_write(name) for name in EVERY_FIELD)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    assert view(Level.VIEW, ("public", "work")).fingerprint == "6127912df99a235d"


def test_moving_a_field_to_another_class_changes_the_fingerprint() -> None:
    moved = FieldClasses.of({**CLASSES, "public": ("cn",)})
    before = View(Level.VIEW, frozenset({"public"}), frozenset(), CLASSES_OF_FIELDS)
    assert View(Level.VIEW, frozenset({"public"}), frozenset(), moved).fingerprint != before.fingerprint


def test_every_attribute_has_a_field_of_its_own_or_shares_one() -> None:
    assert {field_name(attribute.name) for attribute in CANONICAL} == {name.lower() for name in FIELDS}
