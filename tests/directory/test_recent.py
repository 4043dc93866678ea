# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dirserver.card.reader import read as read_card
from dirserver.directory import recent as recent_cards
from dirserver.directory import serving
from dirserver.directory.recent import Recent, Served, Shown
from dirserver.directory.views.entry import Form
from dirserver.directory.views.rendering import Cards, Rendering
from dirserver.errors import DirserverError
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from dirserver.model.principal import Principal
from dirserver.store.entries import lists
from tests.cast import CLIENTS, PEOPLE, Company, company_of, make_company, uuid_of
from tests.parts import CoreParts, open_parts

ADA, BRUNO, CHIKA, DOV = (Href(f"{uuid_of(login)}.vcf") for login in ("ada", "bruno", "chika", "dov"))
EVERYBODY = ("ada", "bruno", "chika", "dov", "esme", "printer", "admin", "system")
FORMS = (Form.NATIVE, Form.VCARD3, Form.VCARD4)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[CoreParts]:
    """One process."""
    with closing(open_parts(f"sqlite:///{tmp_path}/dirserver.db")) as opened:
        make_company(opened)
        yield opened


@pytest.fixture
def company(parts: CoreParts) -> Company:
    return company_of(parts)


@pytest.fixture
def other(parts: CoreParts, tmp_path: Path) -> Iterator[CoreParts]:
    """Another process on the same database."""
    assert parts
    with closing(open_parts(f"sqlite:///{tmp_path}/dirserver.db")) as opened:
        yield opened


@pytest.fixture
def recent(parts: CoreParts) -> Iterator[Recent]:
    with closing(parts.directory.commits()) as commits:
        yield Recent(commits)


Known = dict[Href, Rendering]


def read(parts: CoreParts, who: Principal, hrefs: Sequence[Href] | None = None, form: Form = Form.NATIVE) -> Known:
    with parts.directory.reading(who) as reading:
        return {one.href: one for one in reading.renderings(reading.book(PEOPLE), hrefs, form)}


def glance(parts: CoreParts, recent: Recent, who: Principal, hrefs: Sequence[Href], form: Form = Form.NATIVE) -> Known | None:
    return parts.directory.at_a_glance(
        who, lambda reading: {one.href: one for one in reading.renderings(reading.book(PEOPLE), hrefs, form)}, recent
    )


def change(parts: CoreParts, who: Principal, login: str, field: str, *values: str) -> None:
    with parts.directory.writing(who) as writing:
        writing.modify(uuid_of(login), [Modification(field, Operation.REPLACE, values)])


class Statements:
    """How often cards were looked up that could be remembered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        asked = recent_cards.Recent.is_wanted

        def is_wanted(recent: Recent, shown: Shown[Any], hrefs: Sequence[Href]) -> bool:
            self.count += 1
            return asked(recent, shown, hrefs)

        monkeypatch.setattr(recent_cards.Recent, "is_wanted", is_wanted)


def test_what_was_served_is_served_from_memory_to_all_who_see_the_same(
    parts: CoreParts, company: Company, recent: Recent, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = Statements(monkeypatch)
    for who in (company.ada, company.bruno):
        for form in (Form.NATIVE, Form.VCARD3):
            read(parts, who, None, form)
    first = glance(parts, recent, company.ada, [DOV])
    assert first == read(parts, company.ada, [DOV])
    assert statements.count == 1
    assert glance(parts, recent, company.bruno, [DOV]) == first
    assert statements.count == 2, "what was asked for twice stays"
    for _ in range(3):
        assert glance(parts, recent, company.ada, [DOV]) == first
    assert glance(parts, recent, company.bruno, [DOV]) == read(parts, company.bruno, [DOV])
    assert statements.count == 2, "Bruno sees of Dov what Ada sees"
    for _ in range(3):
        assert glance(parts, recent, company.ada, [DOV], Form.VCARD3) == read(parts, company.ada, [DOV], Form.VCARD3)
    assert statements.count == 4


def test_who_sees_more_of_themselves_and_of_whom_they_manage_is_not_served_what_others_see(
    parts: CoreParts, company: Company, recent: Recent
) -> None:
    for who in (company.ada, company.bruno, company.dov):
        read(parts, who)
    for href in (ADA, BRUNO):
        assert glance(parts, recent, company.dov, [href]) == read(parts, company.dov, [href])
    assert glance(parts, recent, company.ada, [ADA]) is None
    assert glance(parts, recent, company.bruno, [ADA]) is None, "he is her manager"
    assert glance(parts, recent, company.bruno, [BRUNO]) is None
    assert glance(parts, recent, company.ada, [BRUNO]) == read(parts, company.ada, [BRUNO])


def test_a_change_by_another_process_is_forgotten_and_nothing_else(
    parts: CoreParts, company: Company, other: CoreParts, recent: Recent, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(parts, company.dov)
    for _ in range(2):
        glance(parts, recent, company.dov, [ADA, BRUNO, CHIKA])
    change(other, company.system, "ada", "title", "Juggler")
    statements = Statements(monkeypatch)
    assert glance(parts, recent, company.dov, [BRUNO, CHIKA]) == read(parts, company.dov, [BRUNO, CHIKA])
    assert statements.count == 0
    assert glance(parts, recent, company.dov, [ADA]) is None, "it was never rendered so"
    after = read(parts, company.dov, [ADA])
    assert b"Juggler" in after[ADA].body
    assert glance(parts, recent, company.dov, [ADA]) == after
    with other.directory.writing(company.system) as writing:
        writing.trash(uuid_of("ada"))
    assert not glance(parts, recent, company.dov, [ADA])


def test_after_many_changes_nothing_is_remembered(
    parts: CoreParts, company: Company, recent: Recent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_cards, "_MOST_CHANGES", 2)
    read(parts, company.dov)
    for _ in range(2):
        glance(parts, recent, company.dov, [ADA, BRUNO])
    for title in ("Juggler", "Clown", "Acrobat"):
        change(parts, company.system, "ada", "title", title)
    statements = Statements(monkeypatch)
    read(parts, company.dov)
    assert glance(parts, recent, company.dov, [BRUNO]) == read(parts, company.dov, [BRUNO])
    assert glance(parts, recent, company.dov, [ADA]) == read(parts, company.dov, [ADA])
    assert statements.count == 2


def test_other_rights_end_what_was_remembered_at_once(parts: CoreParts, company: Company, other: CoreParts, recent: Recent) -> None:
    read(parts, company.esme)
    assert glance(parts, recent, company.esme, [DOV])
    with other.directory.writing(company.system) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("group:contractors"), Level.NONE))
    assert not glance(parts, recent, company.esme, [DOV])
    assert not glance(parts, recent, company.esme, [BRUNO, DOV])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_a_glance_shows_what_a_reading_shows_or_nothing(
    parts: CoreParts, company: Company, other: CoreParts, recent: Recent, seed: int
) -> None:
    lot = random.Random(seed)
    levels = (Level.NONE, Level.VIEW, Level.EDIT)

    def grant() -> None:
        with lot.choice((parts, other)).directory.writing(company.system) as writing:
            writing.grant(Grant(PEOPLE, Subject.parse("group:contractors"), lot.choice(levels), ("public",)))

    def trash_or_restore() -> None:
        with lot.choice((parts, other)).directory.writing(company.system) as writing:
            lot.choice((writing.trash, writing.restore))(uuid_of("chika"))

    deeds: tuple[Callable[[], None], ...] = (
        lambda: change(lot.choice((parts, other)), company.system, lot.choice(("ada", "dov")), "title", str(lot.random())),
        lambda: change(parts, company.system, "dov", "manager", uuid_of(lot.choice(("ada", "bruno")))),
        grant,
        trash_or_restore,
    )
    shown = 0
    for _ in range(60):
        if lot.random() < 0.3:
            try:
                lot.choice(deeds)()
            except DirserverError:
                continue
        who, form = getattr(company, lot.choice(EVERYBODY)), lot.choice(FORMS)
        hrefs = lot.sample((ADA, BRUNO, CHIKA, DOV), lot.randint(1, 3))
        if lot.random() < 0.5:
            read(parts, who, None, form)
        at_a_glance = glance(parts, recent, who, hrefs, form)
        if at_a_glance is not None:
            assert at_a_glance == read(parts, who, hrefs, form)
            shown += 1
    assert shown > 10


def made(octets: int = 500) -> Served[bytes]:
    return Served(b"x" * octets, octets, "uuid", None)


def spelt(cards: Cards) -> list[bytes]:
    return [*cards.bodies]


def test_what_is_kept_is_bounded_and_the_newest_stays(parts: CoreParts, recent: Recent) -> None:
    few = Recent(recent.commits, 100_000)
    shown = [Shown(1, view, "native", "native", True, spelt) for view in ("a", "b")]
    with parts.store.reading() as tx:
        assert few.find(tx, recent.commits.access_number(), shown[0], [Href("0.vcf")], None) is None
        for number in range(1_000):
            few.keep(shown[number % 2], [Href(f"{number}.vcf")], [made()])
        number = few.commits.access_number()
        assert few.find(tx, number, shown[1], [Href("999.vcf"), Href("997.vcf")], None) is not None
        assert few.find(tx, number, shown[0], [Href("0.vcf")], None) is None
        here = [each for each in range(1_000) if few.find(tx, number, shown[each % 2], [Href(f"{each}.vcf")], None)]
        assert 60 < len(here) <= 100
        few.keep(shown[0], [Href("long.vcf")], [made(1_000_000)])
        assert few.find(tx, number, shown[1], [Href("999.vcf")], None) is None


def test_what_is_asked_for_once_is_not_worth_keeping(parts: CoreParts, recent: Recent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_cards, "_MOST_ASKED_FOR", 3)
    people = Shown(1, "a", "native", "native", True, spelt)
    others = people._replace(view="b")
    assert not recent.is_wanted(people, [ADA, BRUNO])
    assert not recent.is_wanted(people, [BRUNO, CHIKA])
    assert recent.is_wanted(people, [ADA, CHIKA])
    assert not recent.is_wanted(others, [ADA])
    assert not recent.is_wanted(people, [DOV]), "so many aren't held in mind"
    assert not recent.is_wanted(people, [ADA])
    assert recent.is_wanted(people, [ADA, DOV])


def test_each_door_spells_cards_its_own_way(parts: CoreParts, company: Company, recent: Recent) -> None:
    known = read(parts, company.dov)

    def names(cards: Cards) -> list[str]:
        return [href.upper() for href in cards.hrefs]

    for spelling, told in ((names, ADA.upper()), (spelt, known[ADA].body), (names, ADA.upper())):
        for _ in range(3):
            found = parts.directory.at_a_glance(
                company.dov,
                lambda glance, spelling=spelling: glance.spelt(glance.book(PEOPLE), [ADA, Href("no.vcf")], Form.NATIVE, spelling),
                recent,
            )
            assert found == [told, None]


@pytest.fixture
def names(parts: CoreParts, company: Company) -> list[Href]:
    """Forty clients, each rendered for who may only look."""
    names = [Href(f"{number:02}.vcf") for number in range(40)]
    with parts.directory.writing(company.system) as writing:
        for name in names:
            text = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{name}\r\nFN:Client {name}\r\nEND:VCARD\r\n"
            writing.put(writing.book(CLIENTS), name, read_card(text.encode()))
    clients(parts, company.dov)
    return names


def clients(parts: CoreParts, who: Principal) -> Known:
    with parts.directory.reading(who) as reading:
        return {one.href: one for one in reading.renderings(reading.book(CLIENTS), None)}


def asked(parts: CoreParts, recent: Recent, who: Principal, hrefs: Sequence[Href]) -> Known | None:
    return parts.directory.at_a_glance(
        who, lambda glance: {one.href: one for one in glance.renderings(glance.book(CLIENTS), hrefs)}, recent
    )


def test_who_goes_through_a_book_finds_what_comes_next_in_memory(
    parts: CoreParts, company: Company, other: CoreParts, recent: Recent, names: list[Href], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[Sequence[str]] = []
    look_up = lists.named_kept_now

    def named_kept_now(*asked_for: Any) -> Any:
        looked_up.append(asked_for[-1])
        return look_up(*asked_for)

    monkeypatch.setattr(lists, "named_kept_now", named_kept_now)
    known = clients(parts, company.dov)
    for first in range(0, 40, 10):
        hrefs = names[first : first + 10]
        assert asked(parts, recent, company.dov, hrefs) == {href: known[href] for href in hrefs}
    assert looked_up == [names[:10]], "the other thirty came with the first ten"
    text = b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:25.vcf\r\nFN:Somebody else\r\nEND:VCARD\r\n"
    with other.directory.writing(company.system) as writing:
        writing.put(writing.book(CLIENTS), names[25], read_card(text))
        writing.trash(writing.entry(writing.book(CLIENTS), names[35]).uuid)
    assert asked(parts, recent, company.dov, names[10:20]) == {href: known[href] for href in names[10:20]}
    assert asked(parts, recent, company.dov, names[20:30]) is None, "one has to be rendered"
    assert asked(parts, recent, company.dov, names[30:40]) == {href: known[href] for href in names[30:40] if href != names[35]}
    changed = clients(parts, company.dov)
    assert b"Somebody else" in changed[names[25]].body
    assert asked(parts, recent, company.dov, names[20:30]) == {href: changed[href] for href in names[20:30]}


def test_a_few_cards_from_here_and_there_are_no_walk(
    parts: CoreParts, company: Company, recent: Recent, names: list[Href], monkeypatch: pytest.MonkeyPatch
) -> None:
    def next_kept_now(*_asked: Any, **_more: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(lists, "next_kept_now", next_kept_now)
    for hrefs in (names[:1], names[:7], names[::5], [names[0], *names[33:]]):
        assert asked(parts, recent, company.dov, hrefs) is not None
    monkeypatch.setattr(serving, "_SMALL_OCTETS", 50)
    assert asked(parts, recent, company.dov, names[:10]) is not None, "long ones aren't read ahead"


def test_a_long_card_among_short_ones_is_not_read_ahead(
    parts: CoreParts, company: Company, recent: Recent, names: list[Href], monkeypatch: pytest.MonkeyPatch
) -> None:
    with parts.directory.writing(company.system) as writing:
        text = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:15.vcf\r\nFN:Long\r\nNOTE:{'x' * 300}\r\nEND:VCARD\r\n"
        writing.put(writing.book(CLIENTS), names[15], read_card(text.encode()))
    known = clients(parts, company.dov)
    monkeypatch.setattr(serving, "_SMALL_OCTETS", 300)
    kept: list[Href] = []
    keep = recent_cards.Recent.keep

    def note(recent: Recent, shown: Shown[Any], hrefs: Sequence[Href], served: Sequence[Served[Any]]) -> None:
        kept.extend(hrefs)
        keep(recent, shown, hrefs, served)

    monkeypatch.setattr(recent_cards.Recent, "keep", note)
    assert asked(parts, recent, company.dov, names[:10]) == {href: known[href] for href in names[:10]}
    assert kept == [*names[10:15], *names[16:]]
