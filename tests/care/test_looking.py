# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.fields import from_attributes
from dirserver.care.checks import Standards
from dirserver.care.looking import Looking
from dirserver.directory.views.entry import Draft
from dirserver.model.book import BookKind
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store.care import findings, suspects
from tests.parts import open_parts

BOOK = Slug("clients")


def test_looking_bit_by_bit_finds_what_looking_at_everything_finds(copied_url):
    parts = open_parts(copied_url)
    bit_by_bit, told = Looking(parts.store, Standards()), []
    with parts.directory.writing(Principal.system()) as writing:
        book = writing.add_book("clients", BookKind.SHARED, "Clients").book
    for number, (name, mobile, mail) in enumerate(
        [
            ("Ana Ruiz", "+34600111222", "team@example.com"),
            ("ANA RUIZ", "600111222", "team@example.com"),
            ("Ana Ruiz", "", "team@example.com"),
            ("Bob Stone", "", "team@example.com"),
            # From the third name on, the mailbox is nobody's own: what it said of the others counts no more.
            ("Carla Prat", "", "team@example.com"),
        ]
    ):
        said = {"cn": (name,), "mobile": (mobile,), "mail": (mail,)}
        card = from_attributes({key: values for key, values in said.items() if values[0]}, uid=str(number))
        with parts.directory.writing(Principal.system()) as writing:
            writing.add(writing.book("clients"), Draft(card))
        bit_by_bit.catch_up(BOOK, lambda *at: told.append(at))

    def state():
        with parts.store.reading() as tx:
            pairs = suspects.listed(tx, book.id, ("safe", "decision", "review"), 100, 0)
            return {(one.low, one.high, one.lane, one.agrees) for one in pairs}, findings.counts(tx, book.id)

    step_by_step = state()
    assert [lane for _, _, lane, _ in step_by_step[0]].count("safe") == 1
    assert told == [(1, 1)] * 5
    assert Looking(parts.store, Standards(("title",))).catch_up(BOOK) == 5, "other rules look at everything"
    assert Looking(parts.store, Standards()).catch_up(BOOK) == 5
    assert state() == step_by_step
    parts.close()
