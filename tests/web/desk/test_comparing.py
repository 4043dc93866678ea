# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.web.desk.conftest import add


@pytest.fixture
def address(parts):
    first = add(parts, "one", cn="Ana Ruíz", mobile="+34600111222", mail="ana@client.example", title="Lead", street="Rua 1", l="Porto")
    second = add(parts, "two", cn="ANA RUIZ", mobile="600 111 222", title="Clerk", description="Met in Porto")
    return f"/desk/clients/compare?kept={first}&other={second}"


def test_two_entries_are_merged_value_by_value_after_a_look_at_what_it_comes_to(ada, address):
    page = ada.open(address)
    assert "Met in Porto" in page.text
    assert "Address at work Rua 1, Porto" in page.text
    typed = {"line-title-1": "other", "line-note-1": "none"}
    shown = ada.send("/desk/clients/compare", page.form("/desk/clients/compare").filled(preview="1", **typed))
    assert shown.status == 200
    result = shown.text.partition("What it comes to")[2]
    assert "Clerk" in result
    assert "Met in Porto" not in result
    merged = ada.send("/desk/clients/compare", shown.form("/desk/clients/compare").filled())
    assert merged.location.startswith("/desk/clients/duplicates?done=merged&batch=")
    person = ada.open("/books/clients/one")
    assert "Clerk" in person.text
    assert "Met in Porto" not in person.text
    told = ada.open(merged.location)
    assert ada.send("/desk/clients/batches", told.form("/desk/clients/batches").filled()).status == 303
    assert "Lead" in ada.open("/books/clients/one").text


def test_what_changed_meanwhile_is_not_merged(ada, parts, address):
    page = ada.open(address)
    ada.send("/desk/clients/compare", page.form("/desk/clients/compare").filled())
    again = ada.send("/desk/clients/compare", page.form("/desk/clients/compare").filled())
    assert again.status in {404, 409, 412}


@pytest.mark.parametrize("sent", [{"line-x": "all"}, {"kept_revision": "x"}])
def test_nonsense_is_refused(ada, address, sent):
    page = ada.open(address)
    assert ada.send("/desk/clients/compare", page.form("/desk/clients/compare").filled(**sent)).status == 400
