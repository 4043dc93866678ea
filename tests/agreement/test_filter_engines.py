# SPDX-License-Identifier: GPL-3.0-or-later
"""The store's SQL and ``model.filter.matches`` give the same answer to any question of anybody, Undefined included.

What is expected is worked out without guards: on each entry by itself, with what the asker may not read there made Undefined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, example, given, settings

from dirserver.access.rights import Rights, Standing
from dirserver.access.view import FieldClasses, View
from dirserver.card.normal import REVERSED
from dirserver.card.packed import unpack
from dirserver.directory.ledger.drafting import indexed
from dirserver.directory.reading import Reading
from dirserver.directory.views.asking import Asking
from dirserver.directory.views.binding import bind, typed_words
from dirserver.directory.views.entry import Search
from dirserver.directory.views.presenting import shows
from dirserver.model.book import Book, Level
from dirserver.model.filter import (
    FALSE,
    And,
    AnyOf,
    Approximate,
    Equality,
    Filter,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
    Values,
    matches,
)
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from dirserver.store.engine.opening import ReadTx
from dirserver.store.entries import entries
from dirserver.store.entries.entries import Stored
from dirserver.store.rights import teams
from tests.agreement.questions import LONG, Asker, askers, drafts, filters, typed
from tests.cast import CLASSES, make_company, uuid_of
from tests.companies import ENGINES
from tests.parts import CoreParts, open_parts

FIELD_CLASSES = FieldClasses.of(CLASSES)
ADA = Principal(Door.LDAP, 1, "ada")


@dataclass
class Population:
    """A book that doesn't change, with the normal forms of each entry."""

    parts: CoreParts
    book: Book
    values: dict[str, Values] = field(repr=False)
    stored: tuple[Stored, ...] = field(repr=False)


@pytest.fixture(scope="module", params=ENGINES)
def population(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Population]:
    url = f"sqlite:///{tmp_path_factory.mktemp('population') / 'dirserver.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.url(server.create())
    parts = open_parts(url)
    make_company(parts)
    with parts.directory.writing(Principal.system()) as writing:
        book = writing.book("people")
        writing.add_all(book, drafts())
        writing.trash(uuid_of("finn"))
    with parts.store.reading() as tx:
        stored = tuple(entries.whole(tx, book.book.id, entries.Reach(is_whole=True, with_groups=False)))
        yield Population(parts, book.book, {one.row.uuid: values_of(tx, one) for one in stored}, stored)
    parts.close()


def values_of(tx: ReadTx, stored: Stored) -> Values:
    found: dict[str, tuple[str, ...]] = {
        "memberof": teams.names_of(tx, stored.row.uuid),
        "creatorsname": (stored.row.created_by,),
        "createtimestamp": (str(stored.row.created_us),),
        "modifytimestamp": (str(stored.row.modified_us),),
    }
    for name, norm in sorted(indexed(stored.id, stored.row, unpack(stored.row.card)).values):
        found[name] = (*found.get(name, ()), norm)
    return found


def asking(tx: ReadTx, asker: Asker) -> Asking:
    standing = Standing(1, frozenset(), asker.person, login="ada")
    return Asking(tx, 0, ADA, standing, {Slug("people"): asker.grants}, {}, {}, {}, FIELD_CLASSES)


def seen_by(view: View, bound: Filter) -> Filter:
    """The question with what the View hides made Undefined: what guards must come to on this entry."""
    match bound:
        case And(parts):
            return And(tuple(seen_by(view, part) for part in parts))
        case Or(parts):
            return Or(tuple(seen_by(view, part) for part in parts))
        case Not(part):
            return Not(seen_by(view, part))
        case Undefined():
            return bound
        case AnyOf(attributes, text):
            readable = frozenset(name for name in attributes if view.may_read(name.removesuffix(REVERSED)))
            return AnyOf(readable, text) if readable else FALSE
        case _:
            return bound if view.may_read(bound.attribute.removesuffix(REVERSED)) else Undefined()


def expected(population: Population, rights: Rights, bound: Filter) -> set[str]:
    return {
        one.row.uuid
        for one in population.stored
        if shows(rights.on(one.row.uuid, one.row.manager), one.row)
        and matches(seen_by(rights.on(one.row.uuid, one.row.manager), bound), population.values[one.row.uuid]) is True
    }


EVERYONE = Asker(None, (Grant(Slug("people"), Subject.parse("authenticated"), Level.VIEW, ("*",)),))
SEES_ALL = askers().map(lambda asker: replace(asker, grants=tuple(replace(grant, reads=("*",)) for grant in asker.grants)))


@settings(max_examples=350, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(question=filters(), asker=askers() | SEES_ALL)
@example(Equality("description", LONG), EVERYONE)
@example(Substrings("entryUUID", "", (uuid_of("ada")[9:14],)), EVERYONE)
@example(Approximate("manager", uuid_of("bruno")), EVERYONE)
@example(Not(Present("homePhone")), EVERYONE)
@example(Substrings("mail", "", ("%",)), EVERYONE)
def test_the_store_finds_what_the_model_says(population: Population, question: Filter, asker: Asker) -> None:
    with population.parts.store.reading() as tx:
        reading = Reading(asking(tx, asker), lambda _made: None)
        rights = reading._asking.rights_on(population.book)
        found = [entry.uuid for entry in reading.search(Search(question, books=(Slug("people"),))).entries]
        wanted = expected(population, rights, bind(question))
    assert len(found) == len(set(found))
    assert set(found) == wanted


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=typed(), asker=askers() | SEES_ALL)
def test_a_search_box_finds_what_the_model_says(population: Population, text: str, asker: Asker) -> None:
    with population.parts.store.reading() as tx:
        reading = Reading(asking(tx, asker), lambda _made: None)
        rights = reading._asking.rights_on(population.book)
        found = [entry.uuid for entry in reading.suggest(text, books=(Slug("people"),), limit=100).entries]
        counted = reading.suggested(text, books=(Slug("people"),))
    assert set(found) == expected(population, rights, typed_words(text))
    assert counted == len(found)
