# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.care.checks import Code, Standards
from dirserver.care.hygiene import Choice, Hygiene
from dirserver.care.looking import Looking
from dirserver.directory.views.entry import Draft
from dirserver.errors import NotAllowed
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.store.care import findings
from tests.care.drawer import bring_in, key_of, row_of
from tests.cast import CLIENTS, PEOPLE, make_company, uuid_of
from tests.parts import open_parts

DRAWER = Slug("drawer")
SYSTEM = Principal.system()
STANDARDS = Standards(("cn", "mail"))
SOFT = frozenset({Code.NO_NUMBER, Code.REQUIRED, Code.SPELLING})


@pytest.fixture
def parts(copied_url):
    opened = open_parts(copied_url)
    yield opened
    opened.close()


def test_the_defects_of_the_list_from_the_drawer_are_found_and_no_others(parts, shared_data):
    bring_in(parts, shared_data)
    Looking(parts.store, STANDARDS).catch_up(DRAWER)
    hygiene = Hygiene(parts.store, parts.directory, STANDARDS, "ES")
    shown = hygiene.found(SYSTEM, DRAWER, tuple(set(Code) - SOFT))
    names = {"manager-gone": "manager-orphan", "unseen-letters": "control-character"}
    found = {(row_of(one.entry.uuid), names.get(one.code, one.code.value)) for one in shown}
    defects, _ = key_of(shared_data)
    with parts.store.reading() as tx:
        stale = findings.stale(tx, 1, parts.clock.now_us - 548 * 86_400_000_000, 1000, 0)
    told = {(row, kind) for row, kinds in defects.items() for kind in kinds}
    assert found | {(row_of(uuid), "stale") for uuid, _ in stale} == told
    summary = hygiene.summary(SYSTEM, DRAWER)
    assert summary.entries == 654
    assert 0 < summary.score < 100


def test_mending_is_one_batch_that_can_be_undone(parts, shared_data):
    bring_in(parts, shared_data)
    looking, hygiene = Looking(parts.store, STANDARDS), Hygiene(parts.store, parts.directory, STANDARDS)
    looking.catch_up(DRAWER)
    shown = hygiene.found(SYSTEM, DRAWER, (Code.CAPITALS,))
    zdzislaw = next(one for one in shown if one.entry.display == "ZDZISŁAW KOWALUCH" and one.attribute == "cn")
    assert zdzislaw.better == ("Zdzisław Kowaluch",)
    done = hygiene.mend(SYSTEM, DRAWER, Code.CAPITALS)
    assert (done.entries, done.skipped) == (len(shown), ())
    looking.catch_up(DRAWER)
    assert hygiene.found(SYSTEM, DRAWER, (Code.CAPITALS,)) == ()
    with parts.directory.writing(SYSTEM) as writing:
        assert done.batch is not None
        writing.undo_batch(done.batch)
    looking.catch_up(DRAWER)
    assert [(one.entry.uuid, one.values) for one in hygiene.found(SYSTEM, DRAWER, (Code.CAPITALS,))] == [
        (one.entry.uuid, one.values) for one in shown
    ]
    assert hygiene.mend(SYSTEM, DRAWER, Code.CAPITALS, [Choice(zdzislaw.entry.uuid, "cn", 1)]).batch is None


def test_a_limited_steward_learns_and_mends_only_what_is_theirs(parts):
    company = make_company(parts)
    with parts.directory.writing(SYSTEM) as writing:
        said = {"cn": ("Jan  Kowalski",), "mail": ("jan@@example.com",), "mobile": ("call",), "homePhone": ("",)}
        writing.add(writing.book("clients"), Draft(from_attributes(said, uid="jan")))
        circle = [Modification("manager", Operation.REPLACE, (f"urn:uuid:{uuid_of('ada')}",))]
        writing.modify(uuid_of("bruno"), circle)
        writing.archive(uuid_of("chika"))
    looking, hygiene = Looking(parts.store, STANDARDS), Hygiene(parts.store, parts.directory, STANDARDS)
    looking.catch_up(CLIENTS)
    looking.catch_up(PEOPLE)
    assert {one.code for one in hygiene.found(company.ada, CLIENTS, tuple(Code))} >= {Code.SPACE, Code.MAIL, Code.PHONE}
    with pytest.raises(NotAllowed):
        hygiene.found(company.ada, PEOPLE, tuple(Code))
    assert {one.entry.name for one in hygiene.found(SYSTEM, PEOPLE, (Code.MANAGER_CYCLE,))} == {"ada", "bruno"}
    assert {one.entry.name for one in hygiene.found(SYSTEM, PEOPLE, (Code.MANAGER_GONE,))} == {"dov"}
    with parts.directory.writing(SYSTEM) as writing:
        writing.modify(uuid_of("bruno"), [Modification("manager", Operation.REPLACE, ())])
    looking.catch_up(PEOPLE)
    assert hygiene.found(SYSTEM, PEOPLE, (Code.MANAGER_CYCLE,)) == ()
