# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.filter import TRUE
from dirserver.store.entries.entries import Reach
from dirserver.store.finding import similar
from dirserver.store.finding.search import Part
from tests.cast import uuid_of

NAMES = ("cn", "givenname", "sn", "title")


def part(company, parts, reach: Reach) -> Part:
    with parts.directory.reading(company.system) as reading:
        return Part((reading.book("people").book.id,), reach, TRUE)


def test_values_that_equal_a_spelling_are_found_in_reach_only(company, parts):
    whole, own = (part(company, parts, reach) for reach in (Reach(True), Reach(False, uuid_of("zoe"), with_own=True)))
    with parts.store.reading() as tx:
        assert similar.equal(tx, whole, NAMES, ["smith", "smiht", "ada", "account manager"]) == {"smith", "ada", "account manager"}
        assert similar.equal(tx, own, NAMES, ["smith", "ada"]) == {"smith"}
        assert similar.equal(tx, whole, ("sn",), ["ada"]) == set()


def test_values_that_share_trigrams_are_found_in_reach_only(company, parts):
    whole, own = (part(company, parts, reach) for reach in (Reach(True), Reach(False, uuid_of("zoe"), with_own=True)))
    with parts.store.reading() as tx:
        assert "account manager" in similar.near(tx, whole, NAMES, "acountmanager")
        assert {"lukasinska", "ada lukasinska"} <= similar.near(tx, whole, NAMES, "lukaskinska")
        assert similar.near(tx, own, NAMES, "lukaskinska") == set()
        assert similar.near(tx, whole, ("title",), "lukaskinska") == {"account manager"}
        assert similar.near(tx, whole, NAMES, "xx") == set()


def test_no_word_breaks_the_question(company, parts):
    whole = part(company, parts, Reach(True))
    with parts.store.reading() as tx:
        for word in ('"""', "%%%", "___", "a'b\\c", "*" * 40, "😀😀😀"):
            similar.near(tx, whole, NAMES, word)
            similar.equal(tx, whole, NAMES, [word])
