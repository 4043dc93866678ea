# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.care.checks import Standards
from dirserver.care.duplicates import Duplicates
from dirserver.care.likeness import Lane
from dirserver.care.looking import Looking
from dirserver.directory.changes.merging import Merge
from dirserver.directory.views.entry import Draft
from dirserver.errors import NotAllowed
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from tests.care.drawer import bring_in, key_of, row_of
from tests.cast import ADA_MOBILE, PEOPLE, make_company
from tests.parts import open_parts

DRAWER = Slug("drawer")
SYSTEM = Principal.system()


@pytest.fixture
def parts(database_url):
    opened = open_parts(database_url)
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
    assert len(duplicates.merge_safe(SYSTEM, DRAWER)) == 22
    assert duplicates.counts(SYSTEM, DRAWER)[Lane.SAFE] == 0
    with parts.directory.reading(SYSTEM) as reading:
        assert reading.count(reading.book("drawer")) == 654 - 22
        assert {batch.kind for batch in reading.batches()} == {"merge"}


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
    assert duplicates.merge_safe(company.chika, PEOPLE) == ()
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
