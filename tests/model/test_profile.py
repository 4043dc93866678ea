# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles: what a client gets."""

from dirserver.model.profile import CardVersion, Gal, GroupDialect, PhotoSize, Profile, ReadOnlyPut


def test_who_is_not_known_gets_everything_as_it_is_stored_and_hears_what_it_may_not() -> None:
    assert Profile() == Profile(Gal.SYNCED, PhotoSize.STORED, CardVersion.STORED, GroupDialect.STORED, ReadOnlyPut.REFUSE)


def test_only_sizes_have_a_side() -> None:
    assert {size.value: size.side_px for size in PhotoSize if size.side_px is None} == {"none": None, "stored": None}
    assert [size.side_px for size in PhotoSize if size.side_px] == [96, 160, 240, 320, 480, 640]
