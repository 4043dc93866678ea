# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for my approval."""

from __future__ import annotations

from io import BytesIO

import pytest

from dirserver.model.approval import Approver
from dirserver.model.principal import Principal
from dirserver.wiring import Parts


@pytest.fixture(autouse=True)
def rules(parts: Parts) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        for name in ("title", "jpegPhoto"):
            writing.proposals.let_wait(writing.book("people"), name, Approver.parse("manager"))


def test_bruno_approves_and_ada_reads_of_it(ada, signed_in):
    bruno, dov = signed_in("bruno"), signed_in("dov")
    ada.fill_in("/me/edit", "/me/edit", title="Queen")
    assert "/approvals" in bruno.open("/me/notices").links
    assert "/approvals" not in dov.open("/me/notices").links
    page = bruno.open("/approvals")
    assert ("Queen" in page.text, "Proposed by Ada Łukasińska" in page.text) == (True, True)
    (action,) = [form.action for form in page.forms if form.action.startswith("/approvals/")]
    assert "Queen" not in dov.open("/approvals").text
    assert dov.send(action, {**dov.open("/me/profile").form("/me/confirm").filled(), "approve": "1"}).status == 404
    assert bruno.fill_in("/approvals", action).status == 400
    assert bruno.fill_in("/approvals", action, approve="1").location == "/approvals"
    assert "Nothing waits for your approval" in bruno.open("/approvals").text
    history = ada.open("/people/ada/history").text
    assert ("by Bruno Königsmann" in history, "proposed by Ada Łukasińska" in history) == (True, True)
    told = ada.open("/me/notices").text
    assert "Bruno Königsmann approved your change: Position and role" in told


def test_a_refusal_says_why_and_what_changed_meanwhile_is_looked_at_again(ada, signed_in, change):
    bruno = signed_in("bruno")
    ada.fill_in("/me/edit", "/me/edit", title="Queen")
    before = bruno.open("/approvals")
    (action,) = [form.action for form in before.forms if form.action.startswith("/approvals/")]
    change("ada", title="Duchess")
    page = bruno.send(action, {**before.form(action).filled(), "approve": "1"})
    assert (page.status, "Somebody was faster" in page.text) == (409, True)
    assert ("Duchess" in page.text, "Somebody has changed this" in page.text) == (True, True)
    bruno.send(action, {**page.form(action).filled(reason="Not yet"), "refuse": "1"})
    mine = ada.open("/me/profile").text
    assert ("Bruno Königsmann did not approve this" in mine, "Not yet" in mine) == (True, True)


def test_what_was_decided_meanwhile_is_neither_decided_again_nor_taken_back(ada, signed_in):
    bruno, chika = signed_in("bruno"), signed_in("chika")
    ada.fill_in("/me/edit", "/me/edit", title="Queen")
    mine, late = ada.open("/me/profile"), chika.open("/approvals")
    (action,) = [form.action for form in late.forms if form.action.startswith("/approvals/")]
    bruno.fill_in("/approvals", action, approve="1")
    page = chika.send(action, {**late.form(action).filled(), "refuse": "1"})
    assert (page.status, "Somebody was faster" in page.text, "Nothing waits for your approval" in page.text) == (409, True, True)
    (back,) = [form.action for form in mine.forms if form.action.endswith("/withdraw")]
    assert ada.send(back, mine.form(back).filled()).location == "/me/profile"
    assert "It was decided on before you could take it back" in ada.open("/me/profile").text


def test_a_photo_that_waits_is_shown_to_those_whom_it_concerns(ada, signed_in, photo):
    ada.fill_in("/me/edit", "/me/edit", photo=(BytesIO(photo), "me.jpg"))
    (url,) = [link for link in signed_in("bruno").open("/approvals").links if "/photo/" in link and link.startswith("/approvals/")]
    answer = signed_in("bruno").open(url).answer
    assert (answer.mimetype, "sandbox" in answer.headers["Content-Security-Policy"]) == ("image/jpeg", True)
    assert ada.open(url).status == 200
    assert signed_in("dov").open(url).status == 404
    assert ada.open(url[:-4] + "0000").status == 404
