# SPDX-License-Identifier: GPL-3.0-or-later

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from dirserver.care.trail import Query
from dirserver.wiring import Parts
from tests.web.visitor import Visitor


def export(visitor: Visitor, page: str, slug: str, **typed: str):
    action = f"/books/{slug}/export"
    return visitor.send(action, visitor.open(page).form(action).filled(**typed))


def test_a_result_is_taken_along_as_csv(chika: Visitor, parts: Parts):
    answer = export(chika, "/?q=developer", "people", format="csv").answer
    rows = list(csv.DictReader(StringIO(answer.get_data().decode("utf-8-sig"))))
    assert {row["uid"] for row in rows} == {"finn", "zoe"}
    assert answer.headers["Content-Disposition"] == "attachment; filename=people.csv"
    assert parts.trail.newest(Query(action="book.export"), 1)[0].count == 2


def test_as_a_workbook_and_as_vcards(chika: Visitor, ada: Visitor):
    sheet = openpyxl.load_workbook(BytesIO(export(chika, "/?q=developer", "people", format="xlsx").answer.get_data())).active
    assert sheet.max_row == 3
    cards = export(ada, "/books/clients?q=zuraw", "clients", format="vcard").answer.get_data(as_text=True)
    assert cards.count("BEGIN:VCARD") == 1
    assert "Żuraw" in cards


def test_everything_without_a_question(chika: Visitor):
    assert export(chika, "/", "people", format="vcard").answer.get_data(as_text=True).count("BEGIN:VCARD") == 8


def test_who_only_looks_may_not(ada: Visitor, chika: Visitor):
    assert "/books/people/export" not in {form.action for form in ada.open("/").forms}
    sent = {"csrf_token": dict(ada.open("/").forms[-1].fields)["csrf_token"], "format": "csv"}
    assert ada.send("/books/people/export", sent).status == 403
    assert export(chika, "/", "people", format="exe").status == 400


@pytest.mark.parametrize("slug", ["nothing", "~ada"])
def test_hidden_books_are_not_found(chika: Visitor, slug: str):
    sent = chika.open("/").form("/books/people/export").filled(format="csv")
    assert chika.send(f"/books/{slug}/export", sent).status == 404
