# SPDX-License-Identifier: GPL-3.0-or-later
"""My profile."""

from __future__ import annotations

import pytest

from dirserver.model.approval import Approver
from dirserver.model.principal import Principal
from dirserver.wiring import Parts


@pytest.fixture
def title_waits(parts: Parts) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book("people"), "title", Approver.parse("manager"))


def test_i_see_how_complete_my_entry_is_and_say_that_it_is_still_right(ada, parts, change, required):
    change("ada", telephoneNumber=None)
    page = ada.open("/me/profile")
    assert "Complete: 2 of 3" in page.text
    assert "/me/edit#telephoneNumber" in page.links
    before = ada.open("/people/ada/history").text.count("Changed")
    assert ada.fill_in("/me/profile", "/me/confirm").location == "/me/profile"
    assert "Thank you" in ada.open("/me/profile").text
    assert ada.open("/people/ada/history").text.count("Changed") == before
    with parts.directory.reading(Principal.system()) as reading:
        assert reading.named(reading.book("people"), "ada").confirmed_at is not None


def test_what_was_changed_since_the_page_was_made_is_not_confirmed(ada, change):
    form = ada.open("/me/profile").form("/me/confirm").filled()
    change("ada", title="Queen")
    assert ada.send("/me/confirm", form).status == 409
    assert ada.send("/me/confirm", {**form, "revision": "x"}).status == 400


def test_what_waits_is_shown_and_can_be_taken_back(ada, title_waits):
    saved = ada.fill_in("/me/edit", "/me/edit", title="Queen", mobile="0151 5550999")
    assert saved.location == "/me/profile"
    page = ada.open("/me/profile")
    assert "The rest waits for approval" in page.text
    assert "Waits for the approval of your manager" in page.text
    assert "Queen" in page.text
    form = ada.open("/me/edit")
    assert "Changes wait for the approval of your manager" in form.text
    (action,) = [form.action for form in page.forms if form.action.endswith("/withdraw")]
    ada.fill_in("/me/profile", action)
    assert "Queen" not in ada.open("/me/profile").text


def test_who_has_no_entry_is_told_so_and_takes_their_data_all_the_same(signed_in):
    admin = signed_in("admin")
    page = admin.open("/me/profile")
    assert (page.status, "Your account has no entry" in page.text) == (200, True)
    assert admin.fill_in("/me/profile", "/me/export").answer.mimetype == "application/zip"
