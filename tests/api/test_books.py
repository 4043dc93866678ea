# SPDX-License-Identifier: GPL-3.0-or-later
"""Books, labels, and following a book by its changes."""

from dirserver.model.principal import Principal


def test_books_tell_what_one_may_and_how_many_show(ada, esme):
    told = {each["slug"]: each for each in ada.ok("GET", "/books")["items"]}
    assert set(told) == {"people", "clients", "~ada"}
    assert (told["people"]["entries"], told["people"]["level"]) == (8, "view")
    assert (told["clients"]["entries"], told["clients"]["level"]) == (3, "delete")
    assert "clients" not in {each["slug"] for each in esme.ok("GET", "/books")["items"]}
    esme.refused("GET", "/books/clients", 404)


def test_who_follows_the_changes_ends_with_what_shows(ada):
    token = ada.ok("GET", "/books/clients")["token"]
    assert ada.ok("GET", "/books/clients/changes", query_string={"since": token})["changed"] == []
    made = ada.ok("POST", "/contacts", status=201, json={"book": "clients", "attributes": {"o": "Neu AG"}})
    told = ada.ok("GET", "/books/clients/changes", query_string={"since": token})
    assert [each["id"] for each in told["changed"]] == [made["id"]]
    ada("DELETE", f"/contacts/{made['id']}")
    told = ada.ok("GET", "/books/clients/changes", query_string={"since": told["token"]})
    assert (told["changed"], told["gone"]) == ([], [made["href"]])


def test_a_follower_without_a_token_is_told_everything_page_by_page(ada):
    seen, since = [], ""
    while True:
        told = ada.ok("GET", "/books/people/changes", query_string={"since": since, "limit": 3})
        seen += [each["name"] for each in told["changed"]]
        since = told["token"]
        if not told["more"]:
            break
    assert len(seen) == 8
    assert ada.ok("GET", "/books/people/changes?since=nonsense")["changed"]


def test_a_label_that_is_shown_as_a_book_holds_who_is_labelled_so(ada, parts):
    acme = ada.ok("GET", "/contacts?q=acme")["items"][0]
    ada.ok("PATCH", f"/contacts/{acme['id']}", json={"attributes": {"categories": ["VIP"]}})
    with parts.directory.writing(Principal.system()) as writing:
        writing.add_label_book(writing.book("clients"), "VIP", "vips")
    assert ada.ok("GET", "/books/vips")["entries"] == 1
    assert [each["id"] for each in ada.ok("GET", "/contacts?book=vips")["items"]] == [acme["id"]]
    assert [each["id"] for each in ada.ok("GET", "/books/vips/changes")["changed"]] == [acme["id"]]
    ada.refused("GET", "/contacts?book=vips&label=Berlin", 422)
    assert "clients" in ada.refused("POST", "/contacts", 403, json={"book": "vips", "attributes": {"o": "Neu AG"}})["detail"]


def test_labels_count_who_shows(ada, esme):
    acme = ada.ok("GET", "/contacts?q=acme")["items"][0]
    ada.ok("PATCH", f"/contacts/{acme['id']}", json={"attributes": {"categories": ["VIP", "Berlin"]}})
    told = {each["name"]: each["members"] for each in ada.ok("GET", "/labels")["items"]}
    assert told == {"VIP": 1, "Berlin": 1}
    assert [each["id"] for each in ada.ok("GET", "/contacts?label=vip")["items"]] == [acme["id"]]
    assert esme.ok("GET", "/labels")["items"] == []
