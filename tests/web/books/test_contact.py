# SPDX-License-Identifier: GPL-3.0-or-later

from tests.web.visitor import Visitor


def first(visitor: Visitor) -> str:
    return next(link for link in visitor.open("/books/clients").links if link.startswith("/books/clients/"))


def test_a_contact_is_copied_and_moved_between_books(ada: Visitor):
    ada.fill_in("/books", "/books", name="Suppliers")
    one = first(ada)
    copied = ada.fill_in(f"{one}/more", f"{one}/place", to="suppliers", do="copy")
    assert copied.location.startswith("/books/suppliers/")
    again = ada.fill_in(f"{one}/more", f"{one}/place", to="suppliers", do="move")
    assert (again.status, "may have this contact already" in again.text) == (409, True)
    forced = ada.send(f"{one}/place", again.form(f"{one}/place").filled(force="1"))
    assert (forced.status, "in that book already" in forced.text) == (409, True)
    moved = ada.fill_in(f"{one}/more", f"{one}/place", to="~ada", do="move")
    assert moved.location.startswith("/books/~ada/")
    assert ada.open(one).status == 404
    assert "deleted by Ada Łukasińska" in ada.open("/book/clients/trash").text


def test_who_may_not_delete_only_copies(chika: Visitor, ada: Visitor):
    one = first(chika)
    page = chika.open(f"{one}/more")
    assert f"{one}/trash" not in [form.action for form in page.forms]
    data = page.form(f"{one}/place").filled()
    assert chika.send(f"{one}/trash", data).status == 403
    assert chika.send(f"{one}/archive", data).status == 403
    assert chika.send(f"{one}/place", {**data, "to": "~chika", "do": "move"}).status == 403
    assert chika.send(f"{one}/place", {**data, "to": "~chika", "do": "copy"}).status == 303
    assert chika.send(f"{one}/place", {**data, "to": "clients", "do": "copy", "force": "1"}).status == 403


def test_a_contact_goes_to_the_archive(ada: Visitor):
    one = first(ada)
    assert ada.fill_in(f"{one}/more", f"{one}/archive").location == "/books/clients"
    assert ada.open(one).status == 404
    assert "archived by Ada Łukasińska" in ada.open("/book/clients/trash?state=archived").text


def test_who_may_only_copy_is_offered_that(esme: Visitor, chika: Visitor):
    assert "Copy Bruno Königsmann to a book" in esme.open("/people/bruno/more").text
    assert "Move or delete Bruno Königsmann" in chika.open("/people/bruno/more").text
