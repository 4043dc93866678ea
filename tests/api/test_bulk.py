# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole books in and out."""

import pytest

_LIST = "cn,mail,telephoneNumber\nNeu AG,info@neu.example,+49 30 5551\nAlt AG,info@alt.example,+49 30 5552\n"


def test_a_book_goes_out_as_a_file_with_what_its_reader_may_see(ada, esme):
    answer = ada("GET", "/books/clients/export?format=csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert "clients.csv" in answer.headers["Content-Disposition"]
    assert "Żuraw" in answer.data.decode("utf-8-sig")
    # Who may only look takes no lists along, here as on the pages.
    esme.refused("GET", "/books/people/export?format=csv", 403)
    esme.refused("GET", "/books/clients/export", 404)


def test_an_import_is_a_plan_until_it_is_applied_and_can_be_taken_back(ada, admin):
    planned = ada.ok("POST", "/books/clients/import", data=_LIST, content_type="text/csv")
    assert (planned["to_add"], planned["applied"], planned["batch"]) == (2, False, None)
    assert ada.ok("GET", "/contacts?q=neu")["items"] == []
    done = ada.ok("POST", "/books/clients/import?apply=true", data=_LIST, content_type="text/csv")
    assert done["batch"]
    assert len(ada.ok("GET", "/contacts?q=AG")["items"]) == 2
    assert admin.ok("GET", "/batches")["items"][0]["id"] == done["batch"]
    # Who may change and delete all of the book takes its batches back: Ada, who owns it.
    assert ada.ok("POST", f"/batches/{done['batch']}/undo")["trashed"] == 2


def test_a_bad_row_is_named_and_nothing_is_imported(ada):
    listed = _LIST + "Bad AG,no address,\n"
    told = ada.ok("POST", "/books/clients/import", data=listed, content_type="text/csv")
    assert (told["refused"], told["problems"][0]["line"]) == (1, 4)
    ada.refused("POST", "/books/clients/import?apply=true", 422, data=listed, content_type="text/csv")
    assert ada.ok("POST", "/books/clients/import?apply=true&skip_bad=true", data=listed, content_type="text/csv")["to_add"] == 2


@pytest.mark.parametrize("form", ["csv", "vcard", "ldif"])
def test_an_exported_text_names_its_encoding_once(chika, form):
    assert chika("GET", f"/books/people/export?format={form}").headers["Content-Type"].count("charset=utf-8") == 1


def test_a_list_of_another_program_is_understood_where_one_asks_for_it(ada):
    data = "Vorname;Nachname;E-Mail-Adresse\nJürgen;Groß;j@gross.example\n".encode("cp1252")
    send = {"data": data, "headers": {"Content-Type": "text/csv"}}
    ada.refused("POST", "/books/clients/import", 422, **send)
    told = ada.ok("POST", "/books/clients/import?guess=true&apply=true", **send)
    assert told["columns"] == {"Vorname": "givenName", "Nachname": "sn", "E-Mail-Adresse": "mail"}
    assert told["to_add"] == 1
    assert [each["display"] for each in ada.ok("GET", "/contacts?q=groß")["items"]] == ["Jürgen Groß"]
