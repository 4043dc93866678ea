# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.directory.directory import Directory
from dirserver.directory.search.question import Browsed, Facet, Question
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import CLASSES, Company, draft, uuid_of
from tests.parts import CoreParts


def browsed(parts: CoreParts, who: Principal, question: Question, book: str = "people") -> Browsed:
    with parts.directory.reading(who) as reading:
        return reading.browse(reading.book(book), question)


def names(found: Browsed) -> list[str]:
    return [entry.name for entry in found.entries]


def counts(found: Browsed, facet: Facet) -> dict[str, int]:
    return {choice.spelled: choice.count for choice in found.choices if choice.facet is facet}


def change(parts: CoreParts, login: str, **values: str) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of(login), [Modification(name, Operation.REPLACE, (value,)) for name, value in values.items()])


def web(who: Principal) -> Principal:
    return Principal(Door.WEB, who.account_id, who.login)


@pytest.fixture
def placed(company: Company, parts: CoreParts) -> Company:
    """Some work in Łódź, others in Berlin."""
    for login in ("ada", "bruno", "chika"):
        change(parts, login, l="Łódź")
    for login in ("dov", "esme"):
        change(parts, login, l="Berlin", ou="IT")
    return company


def test_everything_is_counted_by_site_department_and_group(placed, parts):
    found = browsed(parts, web(placed.ada), Question(limit=3))
    assert len(found.entries) == 3
    assert (found.total, found.in_book, found.counts_all) == (8, 8, True)
    assert counts(found, Facet.SITE) == {"Łódź": 3, "Berlin": 2}
    assert counts(found, Facet.DEPARTMENT) == {"Sales": 6, "IT": 2}
    assert counts(found, Facet.GROUP) == {"sales": 2, "contractors": 1, "hr": 1}
    assert found.initials == tuple("bklnos")


def test_what_was_chosen_is_combined_and_counted_again(placed, parts):
    found = browsed(parts, web(placed.ada), Question(chosen={Facet.SITE: "łódź", Facet.GROUP: "Sales"}))
    assert names(found) == ["bruno", "ada"]
    assert counts(found, Facet.SITE) == {"Łódź": 2}
    narrowed = browsed(parts, web(placed.ada), Question(text="ada", chosen={Facet.SITE: "Berlin"}))
    assert (names(narrowed), narrowed.total) == ([], 0)
    several = browsed(parts, web(placed.ada), Question(text="sales", limit=2))
    assert (len(several.entries), several.total) == (2, 6)
    assert counts(several, Facet.SITE) == {"Łódź": 3}


def test_an_initial_is_a_stretch_of_the_list(placed, parts):
    assert set(names(browsed(parts, web(placed.ada), Question(initial="S")))) == {"zoe", "ludo"}


def test_what_is_hidden_is_neither_counted_nor_chosen_by(placed, parts):
    found = browsed(parts, web(placed.esme), Question())
    assert counts(found, Facet.SITE) == {}
    assert counts(found, Facet.DEPARTMENT) == {"Sales": 6, "IT": 2}
    # Her own town is hers to see; that there are others like her isn't.
    assert names(browsed(parts, web(placed.esme), Question(chosen={Facet.SITE: "Łódź"}))) == []


def test_counts_follow_what_is_labelled_in_a_shared_book(placed, parts):
    with parts.directory.writing(placed.system) as writing:
        acme = writing.suggest("acme", books=("clients",)).entries[0]
        writing.modify(acme.uuid, [Modification("categories", Operation.REPLACE, ("VIP", "Trade fair"))])
    found = browsed(parts, web(placed.ada), Question(), "clients")
    assert counts(found, Facet.LABEL) == {"VIP": 1, "Trade fair": 1}
    assert names(browsed(parts, web(placed.ada), Question(chosen={Facet.LABEL: "vip"}), "clients")) == [acme.name]


def test_who_is_in_the_trash_is_neither_counted_nor_meant(company, parts):
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("zoe"))
    found = browsed(parts, web(company.ada), Question("smiht"))
    assert [entry.name for entry in found.entries] != ["zoe"]
    assert browsed(parts, web(company.ada), Question()).total == 7


def test_by_sql_a_part_is_counted_of_very_many_and_the_list_goes_by_name(company, parts, monkeypatch):
    monkeypatch.setattr("dirserver.directory.search.browsing.MOST_COUNTED", 3)
    parts = replace(parts, directory=Directory(parts.store, CLASSES, max_octets=0))
    with parts.directory.writing(company.system) as writing:
        writing.add_all(writing.book("people"), [draft(f"p{number}", "Pat", f"Miller{number}", "Clerk", None) for number in range(9)])
    found = browsed(parts, web(company.ada), Question("pat", limit=5))
    assert (found.total, found.counts_all) == (3, False)
    assert sum(counts(found, Facet.DEPARTMENT).values()) == 3
    assert names(found) == [f"p{number}" for number in range(5)]
    assert names(browsed(parts, web(company.ada), Question("pat", limit=5, offset=5))) == [f"p{number}" for number in range(5, 9)]
    # Whose name begins so comes before who has it elsewhere.
    change(parts, "ada", title="Miller")
    assert names(browsed(parts, web(company.ada), Question("miller", limit=20)))[-1] == "ada"
