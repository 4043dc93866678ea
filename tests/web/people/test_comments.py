# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on an entry."""

from __future__ import annotations

PAGE = "/people/zoe/comments"


def test_somebody_notes_something_for_themselves_changes_it_and_removes_it(ada, chika):
    assert ada.fill_in(PAGE, PAGE, text="likes tea\nand cake", deed="add").location == PAGE
    page = ada.open(PAGE)
    assert "likes tea" in page.text
    assert "likes tea" not in chika.open(PAGE).text
    number = next(value for form in page.forms for name, value in form.fields if name == "number")
    token = dict(page.form(PAGE).fields)["csrf_token"]
    assert chika.fill_in(PAGE, PAGE, number=number, text="x", deed="change").status == 404
    ada.send(PAGE, {"csrf_token": token, "number": number, "text": "likes coffee", "deed": "change"})
    assert "likes coffee" in ada.open(PAGE).text
    asked = ada.open(PAGE).html.partition('<details class="sure">')[2].partition("</details>")[0]
    assert "the comment is gone" in asked
    assert 'value="drop"' in asked
    ada.send(PAGE, {"csrf_token": token, "number": number, "deed": "drop"})
    assert "likes coffee" not in ada.open(PAGE).text


def test_shared_comments_are_for_who_may_edit(ada, chika, esme):
    assert chika.fill_in(PAGE, PAGE, text="moves in May", is_shared="1", deed="add").status == 303
    assert "moves in May" not in ada.open(PAGE).text
    assert ada.fill_in(PAGE, PAGE, text="for all", is_shared="1", deed="add").status == 403
    page = ada.open(PAGE)
    assert ("is_shared" in page.html, "Only you will read it" in page.text) == (False, True)
    empty = ada.fill_in(PAGE, PAGE, text=" ", deed="add")
    assert (empty.status, "nothing in this comment" in empty.text) == (422, True)
    assert ada.fill_in(PAGE, PAGE, text="x", deed="?").status == 400
    assert "1 comment" in chika.open("/people/zoe").text
    assert esme.open("/books/clients/none/comments").status == 404
