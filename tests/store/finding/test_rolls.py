# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from dirserver.store.finding import rolls
from tests.cast import CLIENTS, Company, uuid_of
from tests.parts import CoreParts

LONG = "https://example.com/" + "x" * 500


def test_everybody_of_listed_books_is_told_by_name_without_groups_and_what_is_put_away(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.add(writing.book(CLIENTS), Draft(from_attributes({"cn": ("Aachen Ltd",), "categories": ("VIP",)}, uid="urn:aachen")))
        writing.add(writing.book("~ada"), Draft(from_attributes({"cn": ("Only Adas",)}, uid="urn:only")))
        writing.trash(uuid_of("finn"))
    with parts.store.reading() as tx:
        told = list(rolls.everybody(tx))
        ids = [row.id for row in told]
        assert rolls.those(tx, ids) == tuple(told)
    names = {row.uuid for row in told}
    assert uuid_of("ada") in names
    assert uuid_of("finn") not in names
    assert [row.sort_key for row in told] == sorted(row.sort_key for row in told)
    assert len({row.book_id for row in told}) > 1
    assert not {"Only Adas", "VIP"} & {row.name for row in told}


def test_changes_tell_what_was_changed_since_a_number(parts: CoreParts, company: Company) -> None:
    with parts.store.reading() as tx:
        before = {state.id: state.number for state in rolls.states(tx)}
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Pilot",))])
    with parts.store.reading() as tx:
        moved = [state for state in rolls.states(tx) if state.number != before[state.id]]
        (book,) = moved
        changed = rolls.changed(tx, book.id, before[book.id], 5)
        assert [row.uuid for row in rolls.those(tx, changed)] == [uuid_of("zoe")]
        assert ("title", "pilot") in rolls.values_of(tx, changed)[changed[0]]


def test_values_are_whole_also_where_the_index_has_their_heads(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("labeledURI", Operation.REPLACE, (LONG, "https://example.com/zoe"))])
    with parts.store.reading() as tx:
        assert {norm for norm, _ in rolls.values(tx, "labeleduri")} == {"https://example.com/zoe", LONG}
