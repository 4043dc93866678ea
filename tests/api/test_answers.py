# SPDX-License-Identifier: GPL-3.0-or-later
"""Validators, conditions and headers of every answer."""

import pytest


@pytest.mark.parametrize("path", ["/people", "/nothing", "/openapi.json", "/people/ada/vcard", "/books/people/export?format=ldif"])
def test_every_answer_has_the_headers_that_keep_it_private(ada, path):
    headers = ada("GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in headers["Vary"]
    assert "Set-Cookie" not in headers


def test_a_list_that_did_not_change_is_not_sent_again(ada, chika):
    tag = ada("GET", "/people?limit=3").headers["ETag"]
    assert ada("GET", "/people?limit=3", headers={"If-None-Match": tag}).status_code == 304
    chika.ok("PATCH", "/people/ada", json={"attributes": {"title": "Poet"}})
    assert ada("GET", "/people?limit=3", headers={"If-None-Match": tag}).status_code == 200


def test_the_next_page_is_told_in_a_header_that_keeps_the_question(ada):
    link = ada("GET", "/people?limit=2&fields=mail").headers["Link"]
    assert link.endswith('; rel="next"')
    assert "limit=2" in link
    assert "fields=mail" in link
