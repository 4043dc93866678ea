# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.model.approval import Approver
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.cast import ADA_MOBILE
from tests.web.visitor import Visitor

NEW = "+49 151 5559999"
HISTORY = "/people/ada/history"


def change_mobile(ada: Visitor, number: str = NEW) -> None:
    assert ada.fill_in("/me/edit", "/me/edit", mobile=number).status == 303


def test_a_change_is_told_with_before_and_after(ada: Visitor):
    change_mobile(ada)
    page = ada.open(HISTORY)
    assert "by Ada Łukasińska through these pages" in page.text
    assert "Mobile" in page.text
    assert "<del>" in page.html
    assert "<ins>" in page.html


def test_undo_brings_the_old_number_back_as_a_new_revision(ada: Visitor, card_of):
    change_mobile(ada)
    assert ADA_MOBILE not in str(card_of("ada"))
    form = next(form for form in ada.open(HISTORY).forms if form.action == HISTORY)
    page = ada.send(HISTORY, form.filled(undo="1"))
    assert page.status == 303
    assert ADA_MOBILE in str(card_of("ada"))
    told = ada.open(HISTORY)
    assert "The change is undone." in told.text
    assert told.text.count("Mobile") == 2


def test_what_needs_approval_does_not_come_back_at_once(ada: Visitor, parts: Parts, card_of):
    change_mobile(ada)
    with parts.directory.writing(Principal.system()) as writing:
        writing.proposals.let_wait(writing.book("people"), "mobile", Approver.parse("manager"))
    form = next(form for form in ada.open(HISTORY).forms if form.action == HISTORY)
    assert ada.send(HISTORY, form.filled(undo="1")).location == "/me/profile"
    assert "The rest waits for approval" in ada.open("/me/profile").text
    assert ADA_MOBILE not in str(card_of("ada"))


def test_an_earlier_version_can_be_brought_back(ada: Visitor, card_of):
    change_mobile(ada)
    change_mobile(ada, "+49 151 5558888")
    forms = [form for form in ada.open(HISTORY).forms if form.action == HISTORY]
    assert ada.send(HISTORY, forms[-1].filled()).status == 303
    assert ADA_MOBILE in str(card_of("ada"))


def test_undo_gives_way_to_a_change_that_came_between(ada: Visitor, change, card_of):
    change_mobile(ada)
    form = next(form for form in ada.open(HISTORY).forms if form.action == HISTORY)
    change("ada", title="Vice President")
    page = ada.send(HISTORY, form.filled(undo="1"))
    assert page.status == 409
    assert "Vice President" in str(card_of("ada"))
    assert ADA_MOBILE not in str(card_of("ada"))


def test_what_one_may_not_write_one_may_not_undo(ada: Visitor, change):
    change("ada", sn="Nowak")
    page = ada.open(HISTORY)
    assert "Family name" in page.text
    assert not [form for form in page.forms if form.action == HISTORY]


def test_the_history_is_for_those_who_may(esme: Visitor, chika: Visitor, ada: Visitor):
    assert esme.open(HISTORY).status == 403
    assert ada.open("/people/bruno/history").status == 403
    assert chika.open(HISTORY).status == 200
    assert esme.send(HISTORY, ada.open(HISTORY).forms[0].filled()).status == 403


def test_nothing_but_numbers_of_this_entry_is_taken(ada: Visitor):
    form = ada.open(HISTORY).forms[0]
    assert ada.send(HISTORY, form.filled(revision="x", current="1")).status == 400
    assert ada.send(HISTORY, form.filled(revision="999", current="1")).status == 404


def test_a_photo_is_told_in_words(ada: Visitor, change, photo):
    change("ada", jpegPhoto=photo)
    page = ada.open(HISTORY)
    assert "another picture" in page.text
    assert "sha256" not in page.html
