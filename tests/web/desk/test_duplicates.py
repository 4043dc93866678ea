# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.web.desk.conftest import add


@pytest.fixture
def pair(parts):
    first = add(parts, "one", cn="Ana Ruíz", mobile="+34600111222", mail="ana@client.example", title="Lead")
    second = add(parts, "two", cn="ANA RUIZ", mobile="600 111 222", title="Clerk")
    return first, second


def test_a_safe_pair_is_merged_at_once_and_taken_back(ada, parts, pair):
    page = ada.open("/desk/clients/duplicates")
    assert "Ana Ruíz" in page.text
    assert "Alike: mobile, name." in page.text
    page = ada.send("/desk/clients/duplicates", page.form("/desk/clients/duplicates").filled())
    assert page.location.startswith("/desk/clients/duplicates?done=merged-all&batch=")
    assert "No pair waits here." in ada.open("/desk/clients/duplicates?lane=safe").text
    batches = ada.open("/desk/clients/batches")
    assert "Merge" in batches.text
    undone = ada.send("/desk/clients/batches", batches.form("/desk/clients/batches").filled())
    assert undone.location == "/desk/clients/batches?done=undone"
    assert "Ana Ruíz" in ada.open("/desk/clients/duplicates?lane=safe").text


def test_all_that_was_merged_at_once_is_undone_by_one_button(ada, parts, pair):
    add(parts, "three", cn="Rui Faro", mobile="+351911222333", title="Lead")
    add(parts, "four", cn="Rui Faro", mobile="+351911222333", title="Clerk")
    page = ada.open("/desk/clients/duplicates")
    merged = ada.open(ada.send("/desk/clients/duplicates", page.form("/desk/clients/duplicates").filled()).location)
    assert "all of it can be undone in one step" in merged.text
    assert ada.open("/desk/clients/batches").html.count('name="batch"') == 1
    undone = ada.send("/desk/clients/batches", merged.form("/desk/clients/batches").filled())
    assert undone.location == "/desk/clients/batches?done=undone"
    assert ada.open("/desk/clients/duplicates?lane=safe").html.count("desk-pair") == page.html.count("desk-pair") > 2


def test_not_the_same_is_remembered(ada, pair):
    page = ada.open("/desk/clients/duplicates?lane=safe")
    kept = ada.send("/desk/clients/duplicates/keep", page.form("/desk/clients/duplicates/keep").filled())
    assert kept.location == "/desk/clients/duplicates?done=kept&lane=safe"
    assert "Nobody is asked again" in ada.open(kept.location).text
    assert "Ana Ruíz" not in ada.open("/desk/clients/duplicates?lane=safe").text


def test_nobody_else_is_told(esme, signed_in, pair):
    assert esme.open("/desk/clients/duplicates").status == 404
    assert signed_in("dov").open("/desk/clients/duplicates").status == 403
