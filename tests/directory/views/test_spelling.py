# SPDX-License-Identifier: GPL-3.0-or-later
"""What each client is told of groups and labels; that members are put into groups is held in test_labelling.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dirserver.card.card import Card, Property
from dirserver.card.groups import categories_of
from dirserver.card.reader import read
from dirserver.directory.reading import Reading
from dirserver.directory.views.asking import AccessMemo
from dirserver.directory.views.entry import Form
from dirserver.directory.views.profiling import Served
from dirserver.directory.views.spelling import digest_in, in_dialect
from dirserver.directory.writing import Writing
from dirserver.model.change import SyncToken
from dirserver.model.names import Href
from dirserver.model.profile import GroupDialect, Profile
from tests.cast import Company
from tests.directory.groups.test_labelling import A, B, contact, group
from tests.parts import CoreParts


@contextmanager
def speaking(dialect: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every asker's program speak one dialect."""
    made = AccessMemo._asking
    served = Served(Profile(groups=GroupDialect(dialect)))

    def asking(self, *given, **named):  # type: ignore[no-untyped-def]
        return made(self, *given, **named)._replace(served=served)

    with monkeypatch.context() as patched:
        patched.setattr(AccessMemo, "_asking", asking)
        yield


def _hold(reading: Reading, token: SyncToken | None, held: dict[str, Card]) -> SyncToken:
    book = reading.book("~ada")
    changes = reading.changes(book, token)
    for href in changes.gone:
        held.pop(href, None)
    for each in reading.renderings(book, [one.href for one in changes.changed]):
        held[each.href] = read(each.body)
    assert {one.href for one in reading.listing(book)} == set(held)
    return changes.token


def test_a_card_without_categories_from_one_that_is_not_told_of_them_unlabels_nobody(
    parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(writing: Writing, href: str, text: str) -> bool:
        return writing.put(writing.book("~ada"), Href(href), read(text)).is_as_given

    with parts.directory.writing(company.ada) as writing:
        put(writing, "a.vcf", contact(A, "Ann", "CATEGORIES:Blue\r\n"))
        etag = writing.entry(writing.book("~ada"), "a.vcf").etag
    with speaking("apple", monkeypatch), parts.directory.writing(company.ada) as writing:
        before = writing.entry(writing.book("~ada"), "a.vcf").etag
        assert before != etag
        assert put(writing, "g.vcf", group("Friends", A, B))
        assert put(writing, "b.vcf", contact(B, "Bob"))
        assert writing.entry(writing.book("~ada"), "a.vcf").etag == before, "a label is nothing new to it"
        assert put(writing, "a.vcf", contact(A, "Anne"))
    held: dict[str, Card] = {}
    with speaking("categories", monkeypatch), parts.directory.reading(company.ada) as reading:
        token = _hold(reading, None, held)
    assert {href: set(categories_of(card)) for href, card in held.items()} == {
        "a.vcf": {"Blue", "Friends"},
        "b.vcf": {"Friends"},
    }
    with speaking("kind", monkeypatch), parts.directory.reading(company.ada) as reading:
        token = _hold(reading, token, held)
    assert len(held) == 4
    assert not any(card.first("CATEGORIES") for card in held.values())
    with speaking("none", monkeypatch), parts.directory.reading(company.ada) as reading:
        _hold(reading, token, held)
    assert set(held) == {"a.vcf", "b.vcf"}


def test_only_apple_wants_its_own_words_in_every_version() -> None:
    card = read("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:G\r\nKIND:group\r\nMEMBER:urn:uuid:x\r\nEND:VCARD\r\n")
    assert in_dialect(card, GroupDialect.KIND) == card
    assert [each.key for each in in_dialect(card, GroupDialect.APPLE).properties][1:] == [
        "X-ADDRESSBOOKSERVER-KIND",
        "X-ADDRESSBOOKSERVER-MEMBER",
    ]


def test_categories_show_where_groups_do_not() -> None:
    card = read("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:G\r\nCATEGORIES:x\r\nEND:VCARD\r\n")
    shown = {dialect: in_dialect(card, dialect).first("CATEGORIES") for dialect in GroupDialect}
    assert {dialect.value for dialect, each in shown.items() if each == Property("CATEGORIES", "x")} == {"categories", "stored"}


def test_an_etag_tells_of_labels_only_where_they_show() -> None:
    for dialect in GroupDialect:
        key = Form(groups=dialect).key
        assert (digest_in("abc+1", key) == "abc") == (dialect.value in {"apple", "kind", "none"})
        assert digest_in("abc", key) == "abc"
