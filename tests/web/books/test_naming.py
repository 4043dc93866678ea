# SPDX-License-Identifier: GPL-3.0-or-later

from tests.web.visitor import Visitor

SETTINGS = "/book/suppliers/settings"


def test_an_owner_names_and_drops_a_book(ada: Visitor, chika: Visitor):
    ada.fill_in("/books", "/books", name="Suppliers")
    assert ada.fill_in(SETTINGS, SETTINGS, name="Our suppliers", description="All of them").location == SETTINGS
    assert "Our suppliers" in ada.open("/books/suppliers").text
    assert ada.fill_in(SETTINGS, SETTINGS, name="").status == 422
    assert chika.open(SETTINGS).status == 404
    assert ada.open("/book/clients/settings").status == 403
    ada.fill_in("/book/suppliers/new", "/book/suppliers/new", givenName="Zoe")
    refused = ada.fill_in(SETTINGS, "/book/suppliers/drop")
    assert (refused.status, "still holds 1" in refused.text) == (409, True)
    ada.fill_in("/books", "/books", name="Empty")
    assert ada.fill_in("/book/empty/settings", "/book/empty/drop").location == "/books"
    assert ada.open("/books/empty").status == 404


def test_an_owner_lets_each_contact_need_a_label(ada: Visitor):
    ada.fill_in("/books", "/books", name="Suppliers")
    ada.fill_in(SETTINGS, SETTINGS, needs_label="1")
    new = "/book/suppliers/new"
    refused = ada.fill_in(new, new, givenName="Zoe")
    assert (refused.status, "needs a label: tick one" in refused.text) == (422, True)
    added = ada.fill_in(new, new, givenName="Zoe", fresh_label="Paper")
    assert added.status == 303
    zoe = f"{added.location}/edit"
    refused = ada.fill_in(zoe, zoe, categories="")
    assert refused.status == 422
    beside = refused.html[refused.html.index('<div class="label-row"><label for="categories">') :].partition("</div>\n    <div")[0]
    assert "needs a label: leave one" in beside
    assert "Should be filled in" in beside
    picking, uuid = (
        "/book/suppliers/labels",
        ada.open("/book/suppliers/labels/pick").html.split('name="entry" value="')[1].partition('"')[0],
    )
    refused = ada.fill_in(f"{picking}/pick", f"{picking}/put", entry=[uuid], put="Paper", do="off")
    assert (refused.status, "this is the last one of some" in refused.text) == (422, True)
    assert "checked" in ada.open(SETTINGS).html.split('name="needs_label"')[1].split(">")[0]
    form = ada.open(SETTINGS).form(SETTINGS)
    ada.send(SETTINGS, {name: value for name, value in form.filled().items() if name != "needs_label"})
    assert ada.fill_in(new, new, givenName="Yan").status == 303
