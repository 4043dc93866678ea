# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dirserver.card.combine import Side, lines
from dirserver.card.fields import from_attributes
from dirserver.directory.changes.merging import Merge
from dirserver.directory.views.entry import Draft, Search, Undone
from dirserver.errors import BadInput, Conflict, NotAllowed, NotFound, Stale
from dirserver.model.book import BookKind
from dirserver.model.entry import State
from dirserver.model.filter import Equality
from dirserver.model.principal import Principal
from dirserver.store.entries import entries
from dirserver.store.rights import teams
from tests.cast import Company, uuid_of
from tests.parts import CoreParts, open_parts


def add(parts: CoreParts, book: str, uid: str, **values: str | tuple[str, ...]) -> str:
    said = {name: (value,) if isinstance(value, str) else value for name, value in values.items()}
    with parts.directory.writing(Principal.system()) as writing:
        return writing.add(writing.book(book), Draft(from_attributes(said, uid=uuid_of(uid)), name=uid)).uuid


def merge(parts: CoreParts, who: Principal, kept: str, other: str, choices: dict[str, Side] | None = None) -> None:
    parts.clock.pass_s(1)
    with parts.directory.writing(who) as writing:
        writing.merge(Merge(kept, other, choices or {}))


def undo_last(parts: CoreParts, who: Principal) -> Undone:
    with parts.directory.reading(Principal.system()) as reading:
        batch = reading.batches()[0].id
    with parts.directory.writing(who) as writing:
        return writing.undo_batch(batch)


def everything(parts: CoreParts, uuids: list[str], label_book: str) -> list[object]:
    """What entries say and where they are, and who is in which group and label."""
    with parts.store.reading() as tx:
        rows = [found.row for uuid in uuids if (found := entries.by_uuid(tx, uuid)) is not None]
        groups = [(team.name, teams.members(tx, team.id)) for team in teams.listed(tx)]
    with parts.directory.reading(Principal.system()) as reading:
        labels = [(entry.display, count) for entry, count in reading.labels(reading.book(label_book)) if count]
    return [(row.uuid, row.card, row.state, row.href, row.name, row.manager) for row in rows] + [groups, labels]


def test_one_stays_with_what_both_said_and_undoing_restores_everything(parts: CoreParts, company: Company) -> None:
    ada, other = uuid_of("ada"), add(parts, "people", "ada2", cn="Ada Lukasinska", mail="ada@home.example", mobile="+49 151 5550101")
    lead = add(parts, "people", "lead", cn="Led By Two", manager=f"urn:uuid:{other}")
    with parts.directory.writing(company.admin) as writing:
        writing.add_member("contractors", other)
    before = everything(parts, [ada, other, lead], "clients")
    with parts.directory.reading(company.bruno) as reading:
        token = reading.token(reading.book("people"))
    with pytest.raises(NotAllowed, match="groups"):
        merge(parts, company.chika, ada, other)
    assert everything(parts, [ada, other, lead], "clients") == before
    merge(parts, company.admin, ada, other)
    with parts.directory.reading(company.admin) as reading:
        kept = reading.find(ada)
        assert kept.display == "Ada Łukasińska"
        assert reading.groups_of(kept) == ("contractors", "sales")
        assert "lead" in [entry.name for entry in reading.reports_of(kept)]
        assert [one.uuid for one in reading.search(Search(Equality("mail", "ada@home.example"))).entries] == [ada]
        with pytest.raises(NotFound):
            reading.find(other)
    with parts.directory.reading(company.bruno) as reading:
        told = reading.changes(reading.book("people"), token)
        assert f"{other}.vcf" in told.gone
        assert f"{ada}.vcf" in [one.href for one in told.changed]
    with pytest.raises(NotAllowed, match="groups"):
        undo_last(parts, company.chika)
    assert undo_last(parts, company.admin).skipped == ()
    assert everything(parts, [ada, other, lead], "clients") == before


def test_what_cannot_be_merged_stays_as_it_was(parts: CoreParts, company: Company) -> None:
    ada, bruno = uuid_of("ada"), uuid_of("bruno")
    acme = uuid_of("Acme GmbH")
    with pytest.raises(Conflict, match="signs in"):
        merge(parts, company.admin, ada, bruno)
    with pytest.raises(NotAllowed):
        merge(parts, company.ada, ada, bruno)
    stranger = add(parts, "people", "stranger", cn="Somebody")
    with pytest.raises(NotAllowed):
        merge(parts, company.bruno, ada, stranger)
    with pytest.raises(BadInput, match="one book"):
        merge(parts, company.admin, stranger, acme)
    with pytest.raises(Stale), parts.directory.writing(company.chika) as writing:
        writing.merge(Merge(ada, stranger, revisions=(1, 7)))
    with parts.directory.reading(company.admin) as reading:
        assert reading.batches() == ()
        assert reading.find(stranger).state is State.ACTIVE


def test_who_merges_may_undo_it_and_nobody_is_their_own_manager(parts: CoreParts, company: Company) -> None:
    ada = uuid_of("ada")
    other = add(parts, "people", "ada2", cn="Ada L", description="Met in Porto", manager=f"urn:uuid:{ada}")
    merge(parts, company.chika, other, add(parts, "people", "ada3", cn="Ada Lu", manager=f"urn:uuid:{other}"))
    merge(parts, company.chika, ada, other)
    with parts.directory.reading(company.chika) as reading:
        kept = reading.find(ada)
        assert kept.manager is not None
        assert kept.manager.uuid == uuid_of("bruno")
        assert ada not in [entry.uuid for entry in reading.reports_of(kept)]
    with pytest.raises(NotAllowed):
        undo_last(parts, company.dov)
    assert undo_last(parts, company.chika).restored == 2


_VALUES = st.fixed_dictionaries(
    {"cn": st.sampled_from(["Ana Ruiz", "ANA RUIZ", "Ana Ruíz", "Eva Sol"])},
    optional={
        "mobile": st.sampled_from([("+34600111222",), ("600 111 222",), ("+34600111222", "+34600111223")]),
        "mail": st.sampled_from(["a@example.com", "A@example.com", "b@example.com"]),
        "title": st.sampled_from(["Lead", "Clerk"]),
        "description": st.sampled_from(["one", "two"]),
        "categories": st.sampled_from([("x",), ("x", "y"), ("Y",)]),
        "l": st.sampled_from(["Porto", "Lugo"]),
    },
)


@pytest.mark.slow
@settings(max_examples=25)
@given(_VALUES, _VALUES, st.lists(st.sampled_from(list(Side)), max_size=6))
def test_merging_and_undoing_is_as_if_nothing_had_been(ours: dict[str, str], theirs: dict[str, str], picked: list[Side]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = open_parts(f"sqlite:///{folder}/d.db")
        with parts.directory.writing(Principal.system()) as writing:
            writing.add_book("clients", BookKind.SHARED, "Clients")
        one, two = add(parts, "clients", "one", **ours), add(parts, "clients", "two", **theirs)
        third = add(parts, "clients", "third", cn="Third", manager=f"urn:uuid:{two}")
        before = everything(parts, [one, two, third], "clients")
        with parts.directory.reading(Principal.system()) as reading:
            ids = [line.id for line in lines(reading.find(one).card, reading.find(two).card)]
        merge(parts, Principal.system(), one, two, dict(zip(ids, picked, strict=False)))
        assert everything(parts, [one, two, third], "clients") != before
        assert undo_last(parts, Principal.system()).skipped == ()
        assert everything(parts, [one, two, third], "clients") == before
        parts.close()
