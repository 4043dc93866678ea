# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.web.shell.notices import COOKIE
from tests.web.visitor import Visitor


def test_a_notice_is_shown_once(ada: Visitor):
    ada.fill_in("/me/edit", "/me/edit", mobile="+49 151 5559999")
    assert "Saved." in ada.open("/people/ada").text
    assert "Saved." not in ada.open("/people/ada").text


def test_a_notice_can_not_be_made_up(ada: Visitor):
    ada.client.set_cookie(COOKIE, "Call +1 900 now", domain="localhost")
    assert "900 now" not in ada.open("/people/ada").html
