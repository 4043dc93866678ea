# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from http import HTTPStatus

from defusedxml.ElementTree import fromstring

from radicale_dirserver.wire.multistatus import (
    BLOCK_BYTES,
    missing_elements,
    multistatus,
    response_row,
    status_row,
    token_row,
    truncation_row,
)
from tests.radicale_dirserver.wsgi import D, read_row


def rows(*texts: str):
    body = b"".join(multistatus(texts).body)
    return [read_row(each) for each in fromstring(body).findall(f"{D}response")]


def test_what_was_found_comes_first():
    row = rows(response_row("/dav/", "<displayname>x</displayname>", missing_elements([f"{D}odd"])))[0]
    assert row.statuses == (200, 404)
    assert row.text(f"{D}displayname") == "x"
    assert row.missing == (f"{D}odd",)


def test_nothing_found_is_said_without_an_empty_propstat():
    assert rows(response_row("/dav/", "", missing_elements([f"{D}odd"])))[0].statuses == (404,)
    assert rows(response_row("/dav/", ""))[0].statuses == (200,)


def test_a_resource_that_is_gone_has_a_status_of_its_own():
    row = rows(status_row("/dav/a b.vcf", HTTPStatus.NOT_FOUND))[0]
    assert (row.path, row.status) == ("/dav/a%20b.vcf", 404)


def test_a_cut_is_said_with_507():
    body = b"".join(multistatus([truncation_row("/dav/ada/people/")]).body)
    assert rows(truncation_row("/dav/ada/people/"))[0].status == 507
    assert fromstring(body).find(f".//{D}number-of-matches-within-limits") is not None


def test_a_token_is_text():
    assert token_row("urn:x:<1>") == "<sync-token>urn:x:&lt;1&gt;</sync-token>"


def test_rows_leave_in_blocks():
    blocks = list(multistatus(response_row(f"/{number}", "") for number in range(5000)).body)
    assert len(blocks) > 5
    assert max(map(len, blocks)) < 2 * BLOCK_BYTES


def test_a_short_answer_says_that_it_is_one():
    assert ("Preference-Applied", "return=minimal") in multistatus([], is_minimal=True).headers
    assert "Preference-Applied" not in dict(multistatus([]).headers)
