# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

from dirserver.model.book import Book
from dirserver.model.change import What
from dirserver.store.engine.opening import WriteTx
from dirserver.store.entries import books, changes, entries, lists
from dirserver.store.entries.changes import MOST_PHANTOMS, Logged, NewChange
from tests.cast import Company
from tests.parts import CoreParts


def clients(tx: WriteTx) -> Book:
    book = books.by_slug(tx, "clients")
    assert book is not None
    return book


def log(tx: WriteTx, book: Book, *hrefs: str) -> int:
    number = books.claim(tx, book.id)
    changes.append(tx, book.id, number, [NewChange(len(href), href, What.CHANGED) for href in hrefs])
    books.advance(tx, book.id, number)
    return number


def test_changes_come_by_their_last_number_each_href_once(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        book = clients(tx)
        first, second, third = log(tx, book, "a", "bb"), log(tx, book, "ccc"), log(tx, book, "a", "dddd")
        assert (second, third) == (first + 1, first + 2)
        logged = (Logged("bb", first), Logged("ccc", second), Logged("a", third), Logged("dddd", third))
        assert changes.since(tx, book.id, first - 1) == logged
        assert changes.since(tx, book.id, first - 1, limit=2) == logged[:2]
        assert changes.since(tx, book.id, second) == logged[2:]
        assert changes.since(tx, book.id, third) == ()
        assert {"a", "bb", "ccc", "dddd"} <= set(lists.gone(tx, book.id, entries.Reach(is_whole=True), -1))


def test_what_changed_twice_in_one_transaction_stands_once(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        book = clients(tx)
        number = log(tx, book, "a", "a")
        assert changes.since(tx, book.id, number - 1) == (Logged("a", number),)
        changes.append(tx, book.id, number + 1, [])


def test_a_number_is_taken_while_nobody_else_can_take_one(parts: CoreParts, company: Company) -> None:
    """What a reader sees is never followed by a smaller number."""
    seen: list[int] = []
    done = threading.Event()

    def write() -> None:
        for _ in range(25):
            with parts.store.writing() as tx:
                log(tx, clients(tx), "x")

    def look() -> None:
        while not done.is_set():
            with parts.store.reading() as tx:
                number = books.by_slug(tx, "clients").number
                logged = changes.since(tx, books.by_slug(tx, "clients").id, 0)
                assert max(one.number for one in logged) == number
                seen.append(number)

    writers, looker = [threading.Thread(target=write) for _ in range(3)], threading.Thread(target=look)
    looker.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    done.set()
    looker.join(120)
    assert seen == sorted(seen)
    with parts.store.reading() as tx:
        book = books.by_slug(tx, "clients")
        assert book.number == 1 + 75


def test_what_is_told_again_takes_the_place_of_what_was_told_before_and_leaves_changes_alone(parts: CoreParts, company: Company) -> None:
    def retell(entry_id: int, href: str) -> int:
        number = books.claim(tx, book.id)
        changes.forget_retold(tx, book.id, entry_id, href)
        changes.replace(tx, book.id, number, [NewChange(entry_id, href, What.RETOLD)])
        books.advance(tx, book.id, number)
        return number

    with parts.store.writing() as tx:
        book = clients(tx)
        first = log(tx, book, "real")
        before = len(changes.since(tx, book.id, -1))
        rows = [retell(4, "real") for _ in range(3)]
        assert changes.since(tx, book.id, first) == (Logged("real", rows[-1]),)
        assert changes.since(tx, book.id, rows[0]) == (Logged("real", rows[-1]),)
        # The change itself still stands: its number is found where nothing was told again.
        changes.forget_retold(tx, book.id, 4, "real")
        assert changes.since(tx, book.id, first - 1) == (Logged("real", first),)
        last = [retell(0, f"made-up-{number}") for number in range(MOST_PHANTOMS + 5)][-1]
        told = changes.since(tx, book.id, first)
        assert [told[0].href, told[-1]] == ["made-up-5", Logged(f"made-up-{MOST_PHANTOMS + 4}", last)]
        assert len(told) == MOST_PHANTOMS
        assert len(changes.since(tx, book.id, -1)) == before + MOST_PHANTOMS
