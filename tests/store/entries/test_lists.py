# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dirserver.model.entry import State
from dirserver.store.engine import counters
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import books, changes, entries, lists, renderings
from dirserver.store.entries.changes import NewChange, What
from dirserver.store.entries.entries import Reach
from dirserver.store.entries.renderings import Rendered
from dirserver.store.schema.tables import entry
from tests.cast import Company, uuid_of
from tests.parts import CoreParts

EVERYTHING = Reach(is_whole=True)
WHOLE = Reach(is_whole=True, with_groups=False)
NOTHING = Reach(is_whole=False, with_own=True, with_groups=False)
OF_ADA = Reach(is_whole=False, person=uuid_of("ada"), with_own=True, with_managed=True)


def book_id(tx: ReadTx) -> int:
    return books.by_slug(tx, "people").id


def test_a_listing_holds_what_is_active_and_in_reach(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        people = book_id(tx)
        expected = {row.href: row for row in entries.listing(tx, people, WHOLE)}
        found = {one.href: one for one in lists.whole(tx, people, WHOLE)}
        assert found.keys() == expected.keys()
        assert all((one.digest, one.uuid, one.manager) == (row.digest, row.uuid, row.manager)
                   for one, row in ((found[href], expected[href]) for href in found))  # fmt: skip
        assert {one.uuid for one in lists.whole(tx, people, OF_ADA)} == {uuid_of(who) for who in ("ada", "finn", "zoe", "ludo")}
        assert list(lists.whole(tx, people, NOTHING)) == []
        zoe = entries.by_uuid(tx, uuid_of("zoe"))
        entries.change(tx, zoe, zoe.row._replace(state=State.ARCHIVED, revision=2))
        assert zoe.row.href not in {one.href for one in lists.whole(tx, people, WHOLE)}


def test_a_listing_comes_in_the_order_in_which_entries_were_made_whatever_was_changed(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        people = book_id(tx)
        before = [one.href for one in lists.whole(tx, people, WHOLE)]
        for uuid in [one.uuid for one in lists.whole(tx, people, WHOLE)][::-2]:
            stored = entries.by_uuid(tx, uuid)
            entries.change(tx, stored, stored.row._replace(revision=2))
    with parts.store.reading() as tx:
        kept = list(lists.whole_kept(tx, people, WHOLE, "v", "f"))
        assert [one.id for one in kept] == sorted(one.id for one in kept)
        assert [one.href for one in kept] == before
        assert [one.href for one in lists.whole(tx, people, WHOLE)] == before
        assert [line.partition("\t")[0] for line in "".join(lists.whole_lines(tx, people, WHOLE)).splitlines()] == before
        theirs = {one.href for one in lists.whole(tx, people, OF_ADA)}
        assert [one.href for one in lists.whole(tx, people, OF_ADA)] == [href for href in before if href in theirs]
        assert [one.href for one in lists.named(tx, people, WHOLE, before[::-1])] == sorted(before)
        assert [one.href for one in lists.named_kept(tx, people, WHOLE, "v", "f", before[::-1])] == sorted(before)


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for step in plan.get("Plans", ()):
        yield from _steps(step)


def test_a_small_book_is_not_sought_among_all_there_are(parts: CoreParts, company: Company) -> None:
    if parts.store.is_sqlite:
        # Its plans have no numbers to go by; its statement has no order that could lead it astray.
        return
    with parts.store.writing() as tx:
        small = books.by_slug(tx, "clients").id
        columns = [column.name for column in entry.c]
        for first, many, book in ((100_000, 10_000, book_id(tx)), (200_000, 120, small)):
            new = {"id": f"{first} + n", **dict.fromkeys(("uuid", "href", "uid", "name_key"), f"'{book}-' || n")}
            chosen = ", ".join(new.get(name, f"entry.{name}") for name in columns)
            rows = f"SELECT {chosen} FROM entry, generate_series(1, {many}) AS n"  # noqa: S608 # names of the schema
            rows += " WHERE entry.id = (SELECT min(id) FROM entry WHERE book_id = %s)"
            tx.driver.execute(f"INSERT INTO entry ({', '.join(columns)}) {rows}", (book,))
        tx.driver.execute("ANALYZE entry")
        kind = lists._Kind(is_whole=True, with_own=False, with_managed=False, with_groups=True, with_label=False, is_sqlite=False)
        lines = lists._Lines(with_groups=True, with_whose=False, is_sqlite=False)
        for question, values in ((lists._whole(kind), ()), (lists._whole_kept(kind), ("v", "f")), (lists._lines(lines), ())):
            written = question._write(tx)
            # As it is asked: the planner takes a cursor for somebody who wants the first rows soon.
            cursor = tx.driver.execute(
                f"EXPLAIN (FORMAT JSON) DECLARE streamed NO SCROLL CURSOR FOR {written.text}", written.parameters((small, *values))
            )
            for step in _steps(cursor.fetchall()[0][0][0]["Plan"]):
                assert step["Node Type"] != "Seq Scan" or step["Relation Name"] != "entry"
                assert step.get("Index Name") != "pk_entry" or "Index Cond" in step


def test_what_is_kept_comes_with_the_entry_and_the_card_where_nothing_is(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        people, ada, zoe = book_id(tx), entries.by_uuid(tx, uuid_of("ada")), entries.by_uuid(tx, uuid_of("zoe"))
        renderings.keep(tx, [Rendered(ada.id, "v", "f", "tag", b"octets"), Rendered(zoe.id, "other", "f", "tag", b"others")])
        found = {one.id: one for one in lists.whole_kept(tx, people, WHOLE, "v", "f")}
        assert (found[ada.id].etag, found[ada.id].body, found[ada.id].card) == ("tag", b"octets", None)
        assert (found[zoe.id].etag, found[zoe.id].body, found[zoe.id].card) == (None, None, zoe.row.card)
        assert len(found) == entries.count(tx, people, WHOLE)
        hrefs = [zoe.row.href, ada.row.href, "none.vcf", "nul\0.vcf"]
        assert {one.id: one for one in lists.named_kept(tx, people, WHOLE, "v", "f", hrefs)} == {
            id_: found[id_] for id_ in (ada.id, zoe.id)
        }
        assert list(lists.named_kept(tx, people, NOTHING, "v", "f", hrefs)) == []
        assert lists.cards(tx, [zoe.id, ada.id]) == {ada.id: ada.row.card, zoe.id: zoe.row.card}


def test_what_was_and_does_not_show_is_gone_once(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        people, zoe = book_id(tx), entries.by_uuid(tx, uuid_of("zoe"))
        number = books.claim(tx, people)
        assert list(lists.gone(tx, people, EVERYTHING, -1)) == []
        assert len(list(lists.gone(tx, people, NOTHING, -1))) == 8 + 3, "people and groups"
        entries.change(tx, zoe, zoe.row._replace(state=State.TRASHED, revision=2))
        for step in range(3):
            changes.append(tx, people, number + step, [NewChange(zoe.id, zoe.row.href, What.TRASHED)])
        assert list(lists.gone(tx, people, EVERYTHING, -1)) == [zoe.row.href]
        assert list(lists.gone(tx, people, EVERYTHING, number + 2)) == []


def test_names_at_hand_are_those_that_are_named_however_many(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        people = book_id(tx)
        hrefs = [each.href for each in lists.whole(tx, people, WHOLE)]
        number = counters.access_number(tx)
        for asked in ([], hrefs[:1], hrefs, [*hrefs, *hrefs, "none.vcf", "nul\0.vcf"], [f"{n}.vcf" for n in range(60)] + hrefs):
            for reach in (WHOLE, OF_ADA, NOTHING):
                kept = sorted(lists.named_kept(tx, people, reach, "v", "f", list(dict.fromkeys(asked))))
                at_hand = lists.named_kept_now(tx, people, reach, "v", "f", asked)
                assert at_hand is None if not kept else (at_hand is not None and at_hand[0] == number)
                assert kept == (sorted(at_hand[1].rows()) if at_hand is not None else [])
                assert not kept or lists.KeptColumns.of(kept).rows() == kept
                in_reach = [one for one in lists.whole(tx, people, reach) if one.href in asked]
                assert sorted(lists.named(tx, people, reach, list(dict.fromkeys(asked)))) == sorted(in_reach)
