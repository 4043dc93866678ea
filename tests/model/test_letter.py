# SPDX-License-Identifier: GPL-3.0-or-later
from dirserver.model.letter import Letter, Matter


def test_only_letters_with_a_link_have_a_secret():
    assert {matter for matter in Matter if matter.has_secret} == {
        Matter.INVITATION,
        Matter.PASSWORD_LINK,
        Matter.CONFIRM_OWN,
        Matter.CONFIRM_CONTACTS,
    }


def test_a_secret_is_not_shown_by_accident():
    assert "hush" not in repr(Letter(Matter.INVITATION, sealed="hush"))
