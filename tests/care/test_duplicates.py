# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.care.batches import Batches
from dirserver.care.checks import Standards
from dirserver.care.duplicates import Duplicates, MergedSafe
from dirserver.care.likeness import Lane
from dirserver.care.looking import Looking
from dirserver.directory.changes.merging import Merge
from dirserver.directory.views.entry import Draft
from dirserver.errors import Conflict, NotAllowed
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from tests.care.drawer import bring_in, key_of, row_of
from tests.cast import ADA_MOBILE, CLIENTS, PEOPLE, make_company
from tests.parts import open_parts

DRAWER = Slug("drawer")
SYSTEM = Principal.system()


@pytest.fixture
def parts(copied_url):
    opened = open_parts(copied_url)
    yield opened
    opened.close()


def made(parts) -> tuple[Looking, Duplicates]:
    looking = Looking(parts.store, Standards())
    return looking, Duplicates(parts.store, parts.directory, looking, clock=parts.clock)


def found(duplicates: Duplicates, *lanes: Lane) -> set[frozenset[int]]:
    return {frozenset((row_of(pair.one.uuid), row_of(pair.other.uuid))) for pair in duplicates.pairs(SYSTEM, DRAWER, lanes, 10_000)}


def test_the_list_from_the_drawer_is_sorted_into_lanes_as_its_key_says(parts, shared_data):
    bring_in(parts, shared_data)
    looking, duplicates = made(parts)
    assert looking.catch_up(DRAWER) == 654
    by_lane = {
        lane: {frozenset(one["rows"]) for one in key_of(shared_data)[1] if one["lane"] == lane} for lane in ("auto", "person", "never")
    }
    safe, decided = found(duplicates, Lane.SAFE), found(duplicates, Lane.DECISION)
    # Precision and recall are 1 in the lane that acts on its own, and in the one that asks.
    assert safe == by_lane["auto"]
    assert decided == by_lane["person"]
    assert not by_lane["never"] & (safe | decided)


def test_merging_what_is_safe_leaves_only_what_somebody_has_to_decide(parts, shared_data):
    bring_in(parts, shared_data)
    _, duplicates = made(parts)
    assert len(duplicates.merge_safe(SYSTEM, DRAWER).pairs) == 22
    assert duplicates.counts(SYSTEM, DRAWER)[Lane.SAFE] == 0
    with parts.directory.reading(SYSTEM) as reading:
        assert reading.count(reading.book("drawer")) == 654 - 22
        assert {batch.kind for batch in reading.batches()} == {"merge"}


def test_what_was_merged_by_one_order_is_undone_by_one_and_each_of_it_alone(parts):
    make_company(parts)
    alike = {"cn": ("Ana Ruíz",), "mobile": ("+34600111222",)}
    other = {"cn": ("Rui Faro",), "mobile": ("+351911222333",)}
    with parts.directory.writing(SYSTEM) as writing:
        book = writing.book("clients")
        for number, said in enumerate((alike, alike, alike, other, other)):
            writing.add(book, Draft(from_attributes({**said, "description": (f"Number {number}",)}, uid=f"again{number}")))
        before = {entry.uuid: entry.card for entry in writing.among(book)}
    _, duplicates = made(parts)
    batches = Batches(parts.store, parts.directory)
    done = duplicates.merge_safe(SYSTEM, CLIENTS)
    assert len(done.pairs) == 3
    (line,) = batches.newest(SYSTEM, CLIENTS)
    assert (line.batch.id, line.batch.note, line.entries, line.is_undoable) == (done.series, "", 6, True)
    with parts.directory.reading(SYSTEM) as reading:
        alone = next(
            batch for batch in reading.batches() if {pair[0].display: pair[1].uuid for pair in done.pairs}["Rui Faro"] in batch.note
        )
        assert {batch.series for batch in reading.batches()} == {done.series}
    with parts.directory.writing(SYSTEM) as writing:
        assert writing.undo_batch(alone.id).restored == 2
    # Of three that were one, the one that stays was changed by two of the merges: both are undone.
    with parts.directory.writing(SYSTEM) as writing:
        undone = writing.undo_batch(done.series)
        assert (undone.restored, undone.skipped) == (3, ())
        assert {entry.uuid: entry.card for entry in writing.among(writing.book("clients"))} == before
    (line,) = batches.newest(SYSTEM, CLIENTS)
    assert (line.is_undoable, line.batch.undone_at is None) == (False, False)
    with pytest.raises(Conflict), parts.directory.writing(SYSTEM) as writing:
        writing.undo_batch(done.series)


def test_what_changes_is_looked_at_again_and_nothing_else(parts, shared_data):
    bring_in(parts, shared_data)
    looking, duplicates = made(parts)
    looking.catch_up(DRAWER)
    pair = next(one for one in duplicates.pairs(SYSTEM, DRAWER, (Lane.SAFE,), 100))
    with parts.directory.writing(SYSTEM) as writing:
        writing.trash(pair.other.uuid)
    assert looking.waiting(DRAWER) == 1
    assert looking.catch_up(DRAWER) == 1
    assert frozenset((row_of(pair.one.uuid), row_of(pair.other.uuid))) not in found(duplicates, *Lane)
    with parts.directory.writing(SYSTEM) as writing:
        writing.restore(pair.other.uuid)
    looking.catch_up(DRAWER)
    assert found(duplicates, Lane.SAFE) == {frozenset(one["rows"]) for one in key_of(shared_data)[1] if one["lane"] == "auto"}
    duplicates.keep(SYSTEM, pair.other.uuid, pair.one.uuid)
    assert duplicates.counts(SYSTEM, DRAWER)[Lane.SAFE] == 21
    assert duplicates.forget(SYSTEM, pair.one.uuid, pair.other.uuid)
    assert duplicates.counts(SYSTEM, DRAWER)[Lane.SAFE] == 22


def test_only_who_may_read_and_change_everything_is_told_who_is_alike_and_who_signs_in_is_never_merged_unasked(parts):
    company = make_company(parts)
    with parts.directory.writing(SYSTEM) as writing:
        same = {"cn": ("Ada Łukasińska",), "mobile": (ADA_MOBILE,), "mail": ("ada@example.com",)}
        again = writing.add(writing.book("people"), Draft(from_attributes(same, uid="again"))).uuid
    looking, duplicates = made(parts)
    looking.catch_up(PEOPLE)
    (pair,) = duplicates.pairs(company.chika, PEOPLE, tuple(Lane))
    assert (pair.lane, pair.one.name, pair.other.uuid) == (Lane.DECISION, "ada", again)
    assert duplicates.merge_safe(company.chika, PEOPLE) == MergedSafe((), None)
    compared = duplicates.compared(company.chika, pair.one.uuid, pair.other.uuid)
    assert (compared.may_swap, compared.agrees) == (False, ("mobile", "mail", "name"))
    for asked in (lambda who: duplicates.pairs(who, PEOPLE, tuple(Lane)), lambda who: duplicates.keep(who, pair.one.uuid, again)):
        for who in (company.ada, company.dov, company.bruno):
            with pytest.raises(NotAllowed):
                asked(who)
    kept, batch = duplicates.merge(company.chika, Merge(pair.one.uuid, again))
    assert kept.name == "ada"
    with parts.directory.writing(company.chika) as writing:
        writing.undo_batch(batch)
    looking.catch_up(PEOPLE)
    assert len(duplicates.pairs(company.chika, PEOPLE, tuple(Lane))) == 1
