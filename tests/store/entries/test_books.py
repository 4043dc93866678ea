# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import Conflict
from dirserver.model.book import BookKind
from dirserver.model.names import Slug
from dirserver.store.engine import counters
from dirserver.store.entries import books
from dirserver.store.entries.books import NewBook
from tests.cast import Company
from tests.parts import CoreParts


def new(slug: str, kind: BookKind = BookKind.SHARED, owner_id: int | None = None) -> NewBook:
    return NewBook(Slug(slug), kind, slug.title(), "", owner_id, 1)


def test_books_are_listed_apart_from_personal_ones(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        assert [book.slug for book in books.listed(tx)] == ["people", "clients"]
        assert "~ada" in [book.slug for book in books.personal(tx)]
        assert [book.slug for book in books.owned(tx, company.ada.account_id)] == ["~ada"]
        assert books.by_slug(tx, "nothing") is None
        assert books.by_id(tx, 10_000) is None


def test_a_slug_stands_once(parts: CoreParts, company: Company) -> None:
    with pytest.raises(Conflict), parts.store.writing() as tx:
        books.add(tx, new("people"))


def test_no_two_books_share_uuid_or_epoch_and_a_restore_renews_them_all(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        before = {book.slug: book for book in (*books.listed(tx), *books.personal(tx))}
        books.renew_epochs(tx)
        after = {book.slug: book for book in (*books.listed(tx), *books.personal(tx))}
    assert len({book.epoch for book in (*before.values(), *after.values())}) == 2 * len(before)
    assert {slug: book.uuid for slug, book in before.items()} == {slug: book.uuid for slug, book in after.items()}


def test_the_sum_of_numbers_and_access_never_falls(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:

        def total() -> int:
            return books.sum_of_numbers(tx) + counters.access_number(tx)

        seen = [total()]
        made = books.add(tx, new("press"))
        seen.append(total())
        books.advance(tx, made.id, books.claim(tx, made.id) + 5)
        seen.append(total())
        books.rename(tx, made.id, "Press", "Papers")
        seen.append(total())
        books.drop(tx, books.by_slug(tx, "press"))
        seen.append(total())
    assert seen == sorted(set(seen))


def test_marks_stand_until_their_book_or_somebodys_rights_move(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        people, clients = books.listed(tx)
        marks = books.marks(tx, [people.id, clients.id, 10_000])
        assert {books.mark(tx, people.id), books.mark(tx, clients.id)} == marks
        assert books.mark(tx, 10_000) is None
    assert parts.directory.still_stand(tuple(marks))
    with parts.store.writing() as tx:
        books.advance(tx, clients.id, books.claim(tx, clients.id))
    with parts.store.reading() as tx:
        assert {mark.book_id for mark in books.marks(tx, [people.id, clients.id]) - marks} == {clients.id}
    assert not parts.directory.still_stand(tuple(marks))
    with parts.store.writing() as tx:
        counters.advance_access(tx)
    with parts.store.reading() as tx:
        assert marks.isdisjoint(books.marks(tx, [people.id, clients.id]))
