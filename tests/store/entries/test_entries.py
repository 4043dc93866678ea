# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from dirserver.errors import Conflict
from dirserver.model.entry import State
from dirserver.store.engine.opening import ReadTx, open_store
from dirserver.store.entries import books, entries, lists
from dirserver.store.entries.entries import Reach, Stored
from tests.cast import Company, uuid_of
from tests.parts import CoreParts

WHOLE = Reach(is_whole=True, with_groups=False)


def book_id(tx: ReadTx) -> int:
    return books.by_slug(tx, "people").id


def stored(tx: ReadTx, login: str) -> Stored:
    found = entries.by_uuid(tx, uuid_of(login))
    assert found is not None
    return found


def test_an_entry_is_found_by_each_of_its_names(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        ada = stored(tx, "ada")
        people = book_id(tx)
        assert (
            entries.by_name(tx, people, "ada")
            == entries.by_href(tx, people, ada.row.href)
            == entries.by_uid(tx, people, ada.row.uid)
            == ada
        )
        assert entries.many(tx, "name_key", people, ["ada", "nobody"]) == (ada,)
        assert entries.by_name(tx, people + 1, "ada") is None
        assert entries.taken_uuids(tx, [uuid_of("ada"), uuid_of("nobody")]) == {uuid_of("ada")}


def test_the_trash_gives_names_free_and_who_holds_one_comes_first(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        ada = stored(tx, "ada")
        twin = ada.row._replace(uuid=uuid_of("twin"))
        entries.change(tx, ada, ada.row._replace(state=State.TRASHED, revision=2))
        (number,) = entries.add(tx, [twin])
        for found in (
            entries.by_name(tx, book_id(tx), "ada"),
            entries.by_href(tx, book_id(tx), twin.href),
            entries.by_uid(tx, book_id(tx), twin.uid),
        ):
            assert found == Stored(number, twin)
        assert [one.id for one in entries.trashed(tx, book_id(tx), [twin.uid])] == [ada.id]


@pytest.mark.parametrize("column", ["uid", "href", "name_key", "uuid"])
def test_no_two_entries_hold_one_name(parts: CoreParts, company: Company, column: str) -> None:
    with pytest.raises(Conflict), parts.store.writing() as tx:
        row = stored(tx, "ada").row
        other = row._replace(uuid="u", uid="u", href="u", name_key="u")
        entries.add(tx, [other._replace(**{column: getattr(row, column)})])


def test_what_an_entry_was_goes_to_its_history(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        ada = stored(tx, "ada")
        changed = ada.row._replace(revision=2, card='["3.0"]', batch="b1")
        entries.change(tx, ada, changed)
        assert stored(tx, "ada") == Stored(ada.id, changed)
        (past,) = entries.past(tx, ada.id)
        assert (past.revision, past.card, past.batch, past.state) == (1, ada.row.card, None, "active")
        assert [one.id for one in entries.touched(tx, "b1")] == [ada.id]
        entries.change(tx, stored(tx, "ada"), changed._replace(revision=3, batch=None))
        assert [one.id for one in entries.touched(tx, "b1")] == [ada.id]
        assert [one.revision for one in entries.past(tx, ada.id)] == [2, 1]


def test_listings_hold_what_is_active_and_in_reach(parts: CoreParts, company: Company) -> None:
    own = Reach(is_whole=False, person=uuid_of("ada"), with_own=True, with_managed=True)
    with parts.store.writing() as tx:
        people = book_id(tx)
        hrefs = [row.href for row in entries.listing(tx, people, WHOLE)]
        assert hrefs == sorted(hrefs)
        assert [one.row.href for one in entries.whole(tx, people, WHOLE)] == hrefs
        assert len(hrefs) == entries.count(tx, people, WHOLE) == 8
        assert {row.uuid for row in entries.listing(tx, people, own)} == {uuid_of(who) for who in ("ada", "finn", "zoe", "ludo")}
        assert entries.count(tx, people, Reach(is_whole=False)) == 0
        zoe = stored(tx, "zoe")
        entries.change(tx, zoe, zoe.row._replace(state=State.ARCHIVED, revision=2))
        assert zoe.row.href not in [row.href for row in lists.named(tx, people, WHOLE, hrefs)]
        assert [one.id for one in entries.in_state(tx, people, State.ARCHIVED)] == [zoe.id]
        assert {one.row.name for one in entries.reports(tx, uuid_of("ada"))} == {"finn", "ludo"}
        assert zoe.id not in [one.id for one in entries.names(tx, [uuid_of("zoe"), uuid_of("ada")])]


def test_ids_come_in_the_order_in_which_entries_were_given(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        row = stored(tx, "ada").row
        rows = [
            row._replace(uuid=f"u{number}", uid=f"u{number}", href=f"u{number}", name_key=f"u{number}") for number in range(1200, 0, -1)
        ]
        ids = entries.add(tx, rows)
        assert [entries.by_uuid(tx, one.uuid).id for one in rows[::100]] == list(ids[::100])
        assert len(entries.many(tx, "uuid", book_id(tx), [one.uuid for one in rows])) == 1200


def test_groups_are_counted_by_the_index_of_groups_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'plan.db'}")
    with store.reading() as tx:
        assert entries.count(tx, 1, WHOLE) == 0
        text = entries._COUNT_GROUPS._written[True].text
        (step,) = tx.driver.execute(f"EXPLAIN QUERY PLAN {text}", (1,)).fetchall()
        assert "USING INDEX ix_entry_group" in str(step[-1]), step
    store.close()
