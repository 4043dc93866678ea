# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.card import Property, Version
from dirserver.card.draft import Draft
from dirserver.card.places import PLACE_OF


def draft(*lines: str, version: Version = Version.V3) -> Draft:
    made: list[Property] = []
    for line in lines:
        name, _, value = line.partition(":")
        group, _, name = name.rpartition(".")
        made.append(Property(name, value, group or None))
    return Draft(version, made)


def names(made: Draft) -> list[str]:
    return [f"{each.group}.{each.name}" if each.group else each.name for each in made.properties]


def test_a_slot_is_found_under_the_names_of_both_versions() -> None:
    made = draft("LANG:pl", "X-LANG:de", "X-LANG:", "GENDER:M")
    assert made.indexes(PLACE_OF["preferredLanguage"]) == [0, 1]
    assert made.indexes(PLACE_OF["preferredLanguage"], with_empty=True) == [0, 1, 2]
    assert made.indexes(PLACE_OF["gender"]) == [3]


def test_what_is_dropped_takes_the_labels_of_its_group_along_but_no_other_member() -> None:
    made = draft("i1.TEL:1", "I1.X-ABLabel:L", "i2.TEL:2", "i2.X-OTHER:o", "i2.X-ABLabel:L")
    made.drop([0, 2])
    assert names(made) == ["i2.X-OTHER", "i2.X-ABLabel"]


def test_dropping_nothing_leaves_a_label_that_always_was_alone() -> None:
    made = draft("i1.X-ABLabel:L", "FN:A")
    made.drop([])
    made.drop([1])
    assert names(made) == ["i1.X-ABLabel"]


def test_the_frame_moves_to_the_front_in_order() -> None:
    made = draft("TEL:1", "N:a", "FN:A", "UID:1")
    made.to_front(("UID", "FN", "N", "PHOTO"))
    assert names(made) == ["UID", "FN", "N", "TEL"]
    assert made.insert_after("FN", Property("X-A", "1")) == 2
    assert made.insert_after("NOTE", Property("X-B", "1")) == 1
