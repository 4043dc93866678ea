# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.views.binding import MAX_PARTS
from dirserver.directory.views.entry import Search, Stop
from dirserver.errors import BadFilter, BadInput
from dirserver.model.entry import State
from dirserver.model.filter import And, Equality, Not, Or, Present, Substrings
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from tests.cast import Company, draft, uuid_of
from tests.parts import CoreParts


def suggested(parts: CoreParts, who: Principal, text: str, **more: object) -> list[str]:
    with parts.directory.reading(who) as reading:
        found = [one.name for one in reading.suggest(text, **more).entries]
        if not more:
            assert reading.suggested(text) == len(found)
        return found


def searched(parts: CoreParts, who: Principal, search: Search) -> list[str]:
    with parts.directory.reading(who) as reading:
        return [one.name for one in reading.search(search).entries]


@pytest.mark.parametrize(
    "text, finds",
    [
        ("lukasz", ["lukasz"]),
        ("Łukasz", ["lukasz"]),
        ("ŻÓŁĆ lukasz", ["lukasz"]),
        ("zolc luk", ["lukasz"]),
        ("o'hara", ["esme"]),
        ("O’Hara", ["esme"]),
        ("oztürk", ["chika"]),
        ("smidt horaco", ["ludo"]),
        ("smith developer", ["zoe"]),
        ("zoe@example", ["zoe"]),
        ("ith", ["zoe"]),
        ("zoe smith nobody", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("   ", []),
        ("\x00\ud800", []),
    ],
)
def test_a_search_box_finds_words_in_any_order_and_spelling(parts: CoreParts, company: Company, text: str, finds: list[str]) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.add(writing.book("people"), draft("lukasz", "Łukasz", "Żółć", "Pilot", None))
    assert suggested(parts, company.dov, text) == finds


@pytest.mark.parametrize(
    "text, finds",
    [
        ("+49 151 5550101", True),
        ("0049 (151) 555-0101", True),
        ("0151/5550101", True),
        ("151 5550101", True),
        ("5550101", True),
        ("0101", True),
        ("+49 151 5550102", False),
        ("+49 (0)151 5550101", True),
    ],
)
def test_a_number_is_found_in_any_spelling_and_from_the_right(parts: CoreParts, company: Company, text: str, finds: bool) -> None:
    with parts.directory.writing(company.system) as writing:
        for who in ("bruno", "chika", "dov", "esme", "finn", "zoe", "ludo"):
            writing.modify(uuid_of(who), [Modification(name, Operation.REPLACE) for name in ("telephoneNumber", "mobile", "homePhone")])
    assert ("ada" in suggested(parts, company.dov, text)) is finds
    assert "ada" not in suggested(parts, company.esme, text)


def test_dialled_numbers_are_found_by_equality_too(parts: CoreParts, company: Company) -> None:
    for number in ("+491515550101", "00491515550101", "01515550101", "0151 555 01 01", "tel:+49-151-5550101"):
        assert searched(parts, company.dov, Search(Equality("mobile", number))) == ["ada"], number
    assert searched(parts, company.dov, Search(Substrings("mobile", "0151 5550"))) == ["ada"]
    assert searched(parts, company.dov, Search(Substrings("mobile", "", (), "0101"))) == ["ada"]


def test_what_an_iphone_asks_with_every_name_finds_names_only(parts: CoreParts, company: Company) -> None:
    """iOS asks for the number to begin with the letters that one types."""
    names = ("givenName", "sn", "cn", "mail", "telephoneNumber", "mobile")
    assert searched(parts, company.dov, Search(Or(tuple(Substrings(name, "zo") for name in names)))) == ["zoe"]
    assert searched(parts, company.dov, Search(Substrings("telephoneNumber", "foo"))) == []
    assert searched(parts, company.dov, Search(Not(Substrings("telephoneNumber", "foo")))) == []


def test_names_that_fit_come_first(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.add(writing.book("people"), draft("aaron", "Aaron", "Aa", "Assistant of Smith", None))
    assert suggested(parts, company.dov, "smith") == ["zoe", "aaron"]


def test_a_page_of_suggestions_follows_the_other(parts: CoreParts, company: Company) -> None:
    everything = suggested(parts, company.dov, "example corp")
    assert len(everything) == 8
    assert (
        suggested(parts, company.dov, "example corp", limit=3) + suggested(parts, company.dov, "example corp", limit=9, offset=3)
        == everything
    )


def test_books_narrow_a_search_and_personal_ones_are_asked_only_by_name(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        writing.add(writing.book("~ada"), draft("friend", "Acme", "Friend", "", None))
    assert len(suggested(parts, company.ada, "acme")) == 1
    assert suggested(parts, company.ada, "acme", books=[Slug("~ada")]) == ["friend"]
    for who in (company.bruno, company.admin):
        assert suggested(parts, who, "acme", books=[Slug("~ada")]) == []
    assert searched(parts, company.ada, Search(books=(Slug("nothing"), Slug("\x00")))) == []
    assert searched(parts, company.ada, Search(books=())) == []


def test_the_trash_and_the_archive_are_searched_by_those_who_may_delete(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.trash(uuid_of("zoe"))
        writing.archive(uuid_of("ludo"))
    smith = Equality("sn", "Smith")
    assert searched(parts, company.chika, Search(smith)) == []
    assert searched(parts, company.chika, Search(smith, with_state=State.TRASHED)) == ["zoe"]
    assert searched(parts, company.chika, Search(Substrings("cn", "", ("mid",)), with_state=State.ARCHIVED)) == ["ludo"]
    assert searched(parts, company.chika, Search(smith, with_state=State.ARCHIVED)) == []
    for who in (company.ada, company.esme, company.bruno):
        for state in (State.TRASHED, State.ARCHIVED):
            assert searched(parts, who, Search(with_state=state)) == []
    with parts.directory.writing(company.chika) as writing:
        writing.restore(uuid_of("zoe"))
    assert searched(parts, company.chika, Search(smith)) == ["zoe"]


def test_members_of_a_group_are_found_by_its_name(parts: CoreParts, company: Company) -> None:
    assert searched(parts, company.dov, Search(Equality("memberOf", "SALES"))) == ["bruno", "ada"]
    assert "ada" not in searched(parts, company.dov, Search(And((Present("uid"), Not(Equality("memberOf", "sales"))))))


def test_size_and_time_limits_say_that_they_cut(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        assert reading.search(Search(limit=2)).stopped_by is Stop.SIZE
        assert reading.search(Search(limit=100, time_limit_s=60)).stopped_by is None
        assert len(reading.search(Search()).entries) == 11


@pytest.mark.parametrize("numbers", [{"limit": -1}, {"offset": -1}, {"limit": 2**31}, {"offset": 2**63}])
def test_what_is_no_number_of_entries_is_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(BadInput, match="limit"):
        Search(**numbers)


def nested(depth: int) -> Not | Present:
    return Not(nested(depth - 1)) if depth > 1 else Present("cn")


@pytest.mark.parametrize("node", [And, Or])
def test_the_broadest_filter_is_answered_and_a_broader_one_refused(parts: CoreParts, company: Company, node: type) -> None:
    """Each part is guarded: a number at home counts on one's own entry only. That is the costliest form."""
    with parts.directory.reading(company.ada) as reading:
        several = tuple(Not(Equality("homePhone", f"{number}00000")) for number in range((MAX_PARTS - 3) // 2))
        found = reading.search(Search(And((Equality("uid", "ada"), node(several))), time_limit_s=100))
        assert [one.name for one in found.entries] == ["ada"]
        with pytest.raises(BadFilter, match="too complex"):
            reading.search(Search(node((Present("cn"),) * MAX_PARTS)))
        with pytest.raises(BadFilter, match="too complex"):
            reading.search(Search(nested(51)))
        with pytest.raises(BadFilter, match="too complex"):
            reading.search(Search(nested(900)))
        assert len(reading.search(Search(nested(49))).entries) == 11


@pytest.mark.parametrize("text", ["x" * 100_000, "word " * 20_000, " ".join(f"w{number}" for number in range(5000)), "1" * 100_000])
def test_a_text_that_somebody_pasted_is_answered(parts: CoreParts, company: Company, text: str) -> None:
    assert suggested(parts, company.dov, text) == []
    assert searched(parts, company.dov, Search(Substrings("cn", "", (text,)))) == []
    assert searched(parts, company.dov, Search(Equality("cn", text))) == []
