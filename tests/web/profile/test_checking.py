# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of single fields while somebody types."""

from __future__ import annotations

import pytest


@pytest.fixture
def ask(ada):
    token = dict(ada.open("/me/edit").form("/me/edit").fields)["csrf_token"]

    def asked(attribute, text, region="DE"):
        return ada.send("/me/check", {"csrf_token": token, "attribute": attribute, "text": text, "region": region}).answer

    return asked


@pytest.mark.parametrize(
    "attribute, text, region, stored, shown",
    [
        ("mobile", "0151 5550101", "DE", "+491515550101", "+49 1515550101"),
        ("mobile", "912 345 678", "es", "+34912345678", "+34 912 34 56 78"),
        ("mail", "Ada@EXAMPLE.com", "", "Ada@example.com", "Ada@example.com"),
        ("labeledURI", "example.com/ada", "", "https://example.com/ada", "https://example.com/ada"),
        ("birthDate", "--04-12", "", "--04-12", "--04-12"),
        ("mobile", "  ", "", "", ""),
    ],
)
def test_what_would_be_stored_is_told(ask, attribute, text, region, stored, shown):
    assert ask(attribute, text, region).get_json() == {"problem": "", "stored": stored, "shown": shown}


@pytest.mark.parametrize(
    "attribute, text",
    [
        ("mobile", "1"),
        ("mail", "ada@"),
        ("labeledURI", "javascript:alert(1)"),
        ("birthDate", "31.2."),
        ("socialProfile", "data:text/html,x"),
    ],
)
def test_what_is_wrong_is_told(ask, attribute, text):
    told = ask(attribute, text, "").get_json()
    assert told["problem"]
    assert told["stored"] == told["shown"] == ""


def test_only_who_is_signed_in_asks_and_only_about_fields(ask, nobody):
    assert ask("nonsense", "x").status_code == 404
    assert nobody.send("/me/check", {"attribute": "mail", "text": "x"}).status in {303, 400, 401, 403}
