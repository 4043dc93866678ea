# SPDX-License-Identifier: GPL-3.0-or-later

from tests.web.visitor import Visitor


def test_the_shelf_shows_each_book_with_its_count_and_ones_level(ada: Visitor):
    page = ada.open("/books")
    assert "Clients 3 contacts · you: may also delete" in page.text
    assert "People 8 people" not in page.text
    assert "My contacts" in page.text


def test_who_may_not_make_books_is_not_offered_it(ada: Visitor, esme: Visitor, parts):
    # Everybody with an account may by default, a contractor too.
    assert "Make a shared book" in esme.open("/books").text


def test_books_stand_in_the_order_of_ones_choice(ada: Visitor):
    def names(path: str) -> list[str]:
        html = ada.open(path).html.split('<ul class="shelf">')[1]
        return sorted(("People", "Clients", "My contacts"), key=lambda name: html.index(f">{name}<"))

    assert names("/books") == names("/books?order=nonsense") == ["People", "Clients", "My contacts"]
    assert names("/books?order=size")[0] == "People"
    assert names("/books?order=level") == ["My contacts", "Clients", "People"]


def test_a_new_book_is_ones_own_and_leads_to_sharing(ada: Visitor):
    done = ada.fill_in("/books", "/books", name=" Suppliers ", description="Whom we buy from")
    assert done.location == "/book/suppliers/members"
    page = ada.open("/books")
    assert "owner: Ada Łukasińska" in page.text
    assert "Whom we buy from" in page.text
    refused = ada.fill_in("/books", "/books", name=" ")
    assert refused.status == 422
    assert "A book needs a name" in refused.text
