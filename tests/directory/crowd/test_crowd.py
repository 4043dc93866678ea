# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.crowd.crowd import Crowd, fits, text_of
from dirserver.directory.views.binding import typed
from dirserver.model.alphabet import ORDERS
from dirserver.model.modification import Modification, Operation
from dirserver.store.entries import books
from tests.cast import draft, uuid_of

READABLE = frozenset({"cn", "sn", "givenname", "uid", "o", "title", "ou", "telephonenumber"})
NORMS = [
    ("cn", "ada lukasinska"),
    ("sn", "lukasinska"),
    ("o", "example corp"),
    ("telephonenumber", "49305550102"),
    ("title", "account manager 4711"),
    ("homephone", "493077"),
]


@pytest.mark.parametrize(
    "text, is_found",
    [
        ("kasi", True),
        ("manager ada", True),
        ("ad", True),
        ("ex", True),
        ("ma", False),
        ("ka", False),
        ("account nobody", False),
        ("030 555 0102", True),
        ("4711", True),
        ("47 11", False),
        ("3077", False),
        ("\n", False),
    ],
)
def test_a_text_tells_what_is_meant(text, is_found):
    assert fits(typed(text), text_of(NORMS, READABLE)) is is_found


def test_a_word_never_goes_over_the_end_of_a_value():
    text = text_of(NORMS, READABLE)
    assert not any(fits(typed(wrong), text) for wrong in ("lukasinskalukasinska", "corp49305550102", "77"))


@pytest.fixture
def crowd(company, parts):
    with parts.store.reading() as tx:
        book = books.by_slug(tx, "people")
        made = Crowd(book.id, READABLE, book.number, book.epoch)
        assert made.fill(tx, 2**30)
        return made


def _caught_up(parts, crowd) -> bool:
    with parts.store.reading() as tx:
        return crowd.catch_up(tx, books.by_slug(tx, "people").number)


def _stands(parts, crowd) -> list[list[tuple[int, str]]]:
    with parts.store.reading() as tx:
        # In which order a section's values come is the database's.
        return [[(crowd.ids[place], sorted(crowd.texts[place])) for place in crowd.order(tx, order).everybody] for order in ORDERS]


def test_who_changes_stands_in_order_again(company, parts, crowd):
    assert len(_stands(parts, crowd)[0]) == 8
    for sn in ("Abel", "Żuse", "Zuse", "Abel", "Ñiller", "Miller", "Łabel"):
        with parts.directory.writing(company.system) as writing:
            writing.modify(
                uuid_of("zoe"), [Modification("sn", Operation.REPLACE, (sn,)), Modification("cn", Operation.REPLACE, (f"Z {sn}",))]
            )
        assert _caught_up(parts, crowd)
        fresh = Crowd(crowd.book_id, READABLE, crowd.number, crowd.epoch)
        with parts.store.reading() as tx:
            fresh.fill(tx, 2**30)
        assert _stands(parts, crowd) == _stands(parts, fresh)
        assert crowd.octets == fresh.octets


def test_after_very_many_changes_a_new_one_has_to_be_made(company, parts, crowd):
    with parts.directory.writing(company.system) as writing:
        writing.add_all(writing.book("people"), [draft(f"p{number}", "Pat", f"Miller{number}", "Clerk", None) for number in range(160)])
    assert not _caught_up(parts, crowd)


def test_a_book_that_takes_too_much_memory_is_left_to_the_database(company, parts):
    with parts.store.reading() as tx:
        book = books.by_slug(tx, "people")
        assert not Crowd(book.id, READABLE, book.number, book.epoch).fill(tx, 2_000)
