# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever follows a book a few rows at a time ends with what it holds, whatever happens meanwhile."""

from __future__ import annotations

import pytest

from dirserver.model.book import Level
from dirserver.model.change import SyncToken
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Href
from tests.cast import PEOPLE, Company, uuid_of
from tests.directory.sync.test_following import changes, href, now, retitle, strange_tokens
from tests.parts import CoreParts


@pytest.mark.parametrize("limit", range(1, 12))
def test_any_limit_gets_on_and_skips_nothing(parts: CoreParts, company: Company, limit: int) -> None:
    token, wanted = now(parts, company.ada), set()
    for logins in (("ada",), ("zoe", "ludo", "dov"), ("bruno",), ("zoe",), ("esme", "chika", "ada"), ("finn",)):
        retitle(parts, company, *logins)
        wanted.update(map(href, logins))
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("finn"))
    seen: set[Href] = set()
    for _ in range(len(wanted) + 1):
        found = changes(parts, company.ada, token, limit)
        assert (found.token.number, found.token.after) > (token.number, token.after)
        assert len(found.changed) + len(found.gone) <= limit
        seen |= {one.href for one in found.changed} | set(found.gone)
        token = found.token
        if not found.is_truncated:
            break
    assert seen == wanted
    assert token == now(parts, company.ada)


@pytest.mark.parametrize("is_foreign", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20])
def test_a_listing_comes_a_few_rows_at_a_time_and_what_happens_meanwhile_after_it(
    parts: CoreParts, company: Company, limit: int, is_foreign: bool
) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
    token = next(strange_tokens(now(parts, company.ada))) if is_foreign else None
    held = {href("zoe"): "old", Href("never-there.vcf"): "x"} if is_foreign else {}
    began, rounds = now(parts, company.ada), 0
    while True:
        found = changes(parts, company.ada, token, limit)
        assert len(found.changed) + len(found.gone) <= limit
        held |= {one.href: one.etag for one in found.changed}
        for gone in found.gone:
            held.pop(gone, None)
        token, rounds = SyncToken.parse(str(found.token)), rounds + 1
        if rounds == 1:
            # Before and behind what was told, somebody changes, one comes and one goes.
            retitle(parts, company, "ada", "bruno", "chika", "dov")
            with parts.directory.writing(company.system) as writing:
                writing.trash(uuid_of("esme"))
                writing.restore(uuid_of("zoe"))
        if not found.is_truncated:
            break
    assert token is not None
    assert token.number >= began.number
    caught_up = changes(parts, company.ada, token)
    held |= {one.href: one.etag for one in caught_up.changed}
    for gone in caught_up.gone:
        held.pop(gone, None)
    held.pop(Href("never-there.vcf"), None)
    with parts.directory.reading(company.ada) as reading:
        assert held == {one.href: one.etag for one in reading.listing(reading.book(PEOPLE))}
    assert rounds >= 7 // limit


def test_who_names_a_limit_once_gets_the_rest_without(parts: CoreParts, company: Company) -> None:
    first = changes(parts, company.ada, None, 3)
    rest = changes(parts, company.ada, first.token)
    assert (len(first.changed), len(rest.changed), rest.is_truncated) == (3, 5, False)


def test_rights_that_change_in_the_middle_of_a_listing_begin_it_anew(parts: CoreParts, company: Company) -> None:
    first = changes(parts, company.esme, None, 3)
    with parts.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("group:contractors"), Level.VIEW, ("public", "work")))
    again = changes(parts, company.esme, first.token, 100)
    assert len(again.changed) == 8
