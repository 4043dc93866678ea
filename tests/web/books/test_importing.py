# SPDX-License-Identifier: GPL-3.0-or-later

import re
from collections.abc import Callable
from io import BytesIO

import pytest

from dirserver.web.books import importing
from tests.web.visitor import Page, Visitor

FILES = "/book/clients/files"
LIST = "Vorname;Nachname;E-Mail;Foo;Firma\nAda;One;one@client.example;x;Acme\nBea;;not a mail;y;\nCyd;Three;three@client.example;;Acme\n"


def send(visitor: Visitor, text: str | bytes = LIST, name: str = "list.csv") -> str:
    data = text if isinstance(text, bytes) else text.encode()
    sent = visitor.fill_in(FILES, FILES, file=(BytesIO(data), name))
    assert sent.status == 303, sent.text
    return sent.location


def planned(visitor: Visitor, where: str, **typed: object) -> Page:
    return visitor.fill_in(where, f"{where}/plan", **typed)


def test_a_list_is_mapped_planned_imported_and_undone(ada: Visitor):
    where = send(ada)
    page = ada.open(where)
    assert "three@client.example" in page.text
    assert page.form(f"{where}/plan").filled()["attribute"] == ["givenName", "sn", "mail", "", "o"]
    plan = planned(ada, where)
    assert "Rows 3 New 2 Changed 0 The same 0 Refused 1" in plan.text
    assert re.search(r"3 E-Mail .*mail", plan.text)
    assert "Left out: Foo" in plan.text or "Foo" in page.text
    stopped = ada.send(f"{where}/apply", plan.form(f"{where}/apply").filled())
    assert stopped.status == 422
    assert "Clients 3" in ada.open("/books").text
    done = ada.send(f"{where}/apply", plan.form(f"{where}/apply").filled(skip="1"))
    assert done.location == FILES
    assert ada.open(where).status == 404
    assert "Clients 5" in ada.open("/books").text
    page = ada.open(FILES)
    assert "list.csv by" in page.text
    assert ada.send(f"{FILES}/undo", page.form(f"{FILES}/undo").filled()).location == FILES
    assert "Clients 3" in ada.open("/books").text
    assert "undone on" in ada.open(FILES).text


def test_what_columns_mean_is_kept_for_the_next_file(ada: Visitor):
    where = send(ada)
    plan = planned(ada, where, attribute=["cn", "", "mail", "description", "o"])
    kept = ada.send(f"{where}/keep", plan.form(f"{where}/keep").filled(name="Fair"))
    assert "kept under that name" in kept.text
    again = send(ada)
    assert ada.open(f"{again}?kept=Fair").form(f"{again}/plan").filled()["attribute"] == ["cn", "", "mail", "description", "o"]
    assert ada.send(f"{where}/keep", plan.form(f"{where}/keep").filled(name=" ")).status == 422
    ada.send(f"{FILES}/forget", ada.open(FILES).form(f"{FILES}/forget").filled())
    assert "Kept columns" not in ada.open(FILES).text


def test_a_file_without_columns_is_planned_at_once(ada: Visitor):
    where = send(ada, "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:abc\r\nFN:Zoe\r\nEND:VCARD\r\n", "zoe.vcf")
    page = ada.open(where)
    assert "New 1" in page.text
    assert ada.send(f"{where}/apply", page.form(f"{where}/apply").filled()).location == FILES


def test_a_bad_file_is_told_and_changes_nothing(ada: Visitor):
    assert ada.fill_in(FILES, FILES).status == 422
    assert ada.fill_in(FILES, FILES, file=(BytesIO(b""), "empty.csv")).status == 422
    for content in (b"PK\x03\x04 no workbook", b"\n\n"):
        assert ada.open(send(ada, content)).status == 422
    where = send(ada)
    assert planned(ada, where, attribute=[""] * 5).status == 422
    assert planned(ada, where, attribute=["sn", "cn", "displayName", "displayName", ""]).status == 422


def test_an_upload_is_its_senders_alone(ada: Visitor, chika: Visitor, signed_in: Callable[[str], Visitor]):
    where = send(ada)
    assert signed_in("bruno").open(where).status == 404
    assert ada.open(where.replace("clients", "~ada")).status == 404
    assert chika.open(FILES).status == 403


def test_a_long_list_is_imported_beside_the_pages_which_tell_how_far_it_is(ada: Visitor, chika: Visitor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importing, "LARGE", 10)
    where = send(ada)
    plan = planned(ada, where)
    begun = ada.send(f"{where}/apply", plan.form(f"{where}/apply").filled(skip="1"))
    assert begun.location == f"{where}/progress"
    assert chika.open(begun.location).status in {403, 404}
    told = ""
    while told in {"", "running"}:
        told = ada.open(f"{begun.location}?format=json").answer.get_json()["run"]
    assert told == "done"
    assert ada.open(begun.location).location == FILES
    assert "Clients 5" in ada.open("/books").text
    assert "list.csv by" in ada.open(FILES).text

    where = send(ada)
    begun = ada.send(f"{where}/apply", planned(ada, where).form(f"{where}/apply").filled())
    while (page := ada.open(begun.location)).status == 200 and "is being imported" in page.text:
        assert "<progress" in page.html
    assert "Nothing was imported." in page.text
    assert where in page.links
    assert ada.open(f"{where}x/progress").status == 404


def test_a_list_of_an_old_program_is_read_in_the_encoding_that_somebody_chooses(ada: Visitor):
    where = send(ada, "Imię;Nazwisko;Urodziny\nŁucja;Śliska;3/4/1975\n".encode("cp1250"), "outlook-pl.csv")
    page = ada.open(where)
    assert "Łucja" in page.text
    assert "Its letters are written as" in page.text
    wrong = ada.open(f"{where}?encoding=cp1252")
    assert "£ucja" in wrong.text
    plan = ada.send(f"{where}/plan", page.form(f"{where}/plan").filled(first="day"))
    assert "New 1" in plan.text
    assert ada.send(f"{where}/apply", plan.form(f"{where}/apply").filled()).location == FILES
    assert "Łucja Śliska" in ada.open("/books/clients").text


def test_the_label_of_a_number_is_kept_as_its_kind(ada: Visitor):
    where = send(ada, "First Name,Phone 1 - Label,Phone 1 - Value\nZoe,Mobile,+34 600 111 222\n", "google.csv")
    page = ada.open(where)
    assert page.form(f"{where}/plan").filled()["attribute"] == ["givenName", "kind", "telephoneNumber"]
    plan = planned(ada, where)
    kept = ada.send(f"{where}/keep", plan.form(f"{where}/keep").filled(name="Google"))
    assert "kept under that name" in kept.text
    assert ada.send(f"{where}/apply", plan.form(f"{where}/apply").filled()).location == FILES
    again = send(ada, "First Name,Phone 1 - Label,Phone 1 - Value\nZoe,Mobile,+34 600 111 222\n", "google.csv")
    assert ada.open(f"{again}?kept=Google").form(f"{again}/plan").filled()["attribute"][1] == "kind"


def test_where_an_encoding_does_not_fit_another_one_can_be_chosen(ada: Visitor):
    where = send(ada, "Vorname;Nachname\nJürgen;Müller\n".encode("cp850"), "dos.csv")
    wrong = ada.open(f"{where}?encoding=cp1252")
    assert wrong.status == 422
    assert "Its letters are written as" in wrong.text
    assert "Jürgen" in ada.open(f"{where}?encoding=cp850").text
