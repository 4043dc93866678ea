# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import C, D, Door, sync_collection

MULTIGET = f'<c:addressbook-multiget xmlns:c="{C[1:-1]}"/>'


@pytest.mark.parametrize("path", ["/", "/ada/", f"/ada/people/{uuid_of('ada')}.vcf"])
@pytest.mark.parametrize("body", [sync_collection("", f"{D}getetag"), MULTIGET])
def test_only_books_answer_reports(door: Door, path: str, body: str):
    answer = door.ask("REPORT", path, body)
    assert (answer.status, answer.preconditions) == (403, [f"{D}supported-report"])


@pytest.mark.parametrize("name", ["version-tree", "principal-of-none", "free-busy-query"])
def test_reports_that_are_not_listed_are_not_answered(door: Door, name: str):
    answer = door.ask("REPORT", "/ada/people/", f'<{name} xmlns="DAV:"/>')
    assert (answer.status, answer.preconditions) == (403, [f"{D}supported-report"])


@pytest.mark.parametrize("path", ["/bruno/people/", "/ada/none/", "/nobody/"])
def test_what_does_not_show_answers_nothing(door: Door, path: str):
    assert door.ask("REPORT", path, sync_collection("", f"{D}getetag")).status == 404


def test_a_report_says_which_one_it_is(door: Door):
    assert door.ask("REPORT", "/ada/people/").status == 400


def test_an_empty_multiget_is_an_empty_answer(door: Door):
    assert door.ask("REPORT", "/ada/people/", MULTIGET).rows == []


def test_a_short_answer_is_marked_as_one(door: Door):
    answer = door.ask("REPORT", "/ada/people/", sync_collection("", f"{D}getetag", f"{D}odd"), prefer="return=minimal")
    assert all(row.statuses == (200,) for row in answer.rows)
    assert answer.headers["preference-applied"] == "return=minimal"
