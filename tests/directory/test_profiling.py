# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.directory.entry import Form
from dirserver.directory.profiling import PLAIN, Served
from dirserver.model.profile import CardVersion, PhotoSize, Profile, ReadOnlyPut


def test_a_form_other_than_the_native_one_shows_in_tokens() -> None:
    assert (PLAIN.form, PLAIN.mark) == (Form.NATIVE, "")
    assert Served(Profile(read_only=ReadOnlyPut.ABSORB)).mark == ""
    made = [Served(Profile(vcard=CardVersion.V4)), Served(Profile(photo=PhotoSize.PX320)), Served(Profile(photo=PhotoSize.NONE))]
    assert len({one.mark for one in made}) == len(made)
    assert all(len(one.mark) == 8 and one.mark.isalnum() for one in made)
