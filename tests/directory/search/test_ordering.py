# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import random

import pytest

from dirserver.directory.search import ordering
from dirserver.directory.search.ordering import Ordered, Orders
from dirserver.directory.views.entry import Search
from dirserver.model.filter import ANY_ENTRY, Equality, Filter, Or, Present
from dirserver.model.modification import Modification, Operation
from dirserver.model.order import SortKey
from dirserver.model.principal import Principal
from tests.cast import CLIENTS, PEOPLE, Company, draft, uuid_of
from tests.parts import CoreParts

BY_FAMILY = (SortKey("sn"), SortKey("givenname"))


def names(parts: CoreParts, who: Principal, *by: SortKey, wanted: Filter = ANY_ENTRY) -> list[str]:
    with parts.directory.reading(who) as reading:
        found = reading.ordered([Search(wanted, (PEOPLE,))], by)
        assert found is not None
        return [one.name for one in found.entries(0, len(found))]


def titled(parts: CoreParts, login: str, *titles: str) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of(login), [Modification("title", Operation.REPLACE, titles)])


def test_people_are_sorted_folded_by_several_keys_and_in_reverse(parts: CoreParts, company: Company) -> None:
    by_name = names(parts, company.dov, *BY_FAMILY)
    assert by_name == ["dov", "bruno", "ada", "finn", "esme", "chika", "ludo", "zoe"]
    assert names(parts, company.dov, SortKey("sn", is_reversed=True)) == by_name[::-1]
    by_title = names(parts, company.dov, SortKey("title"), SortKey("sn", is_reversed=True))
    assert by_title == ["ada", "ludo", "esme", "zoe", "finn", "bruno", "dov", "chika"]


def test_of_several_values_the_least_counts_and_who_has_none_stands_last(parts: CoreParts, company: Company) -> None:
    titled(parts, "zoe", "Zookeeper", "Aardvark")
    titled(parts, "ada")
    by_title = names(parts, company.dov, SortKey("title"))
    assert (by_title[0], by_title[-1]) == ("zoe", "ada")
    assert names(parts, company.dov, SortKey("title", is_reversed=True)) == by_title[::-1]


def test_what_one_may_not_read_sorts_as_if_it_were_not_there(parts: CoreParts, company: Company) -> None:
    by_id = names(parts, company.esme)
    others = [one for one in by_id if one != "esme"]
    # Her own numbers she may read: she stands before all others, whatever they are, or behind them.
    assert names(parts, company.esme, SortKey("mobile")) == ["esme", *others]
    assert names(parts, company.esme, SortKey("employeenumber", is_reversed=True)) == [*others, "esme"]
    assert names(parts, company.chika, SortKey("employeenumber")) != by_id
    with parts.directory.reading(company.esme) as reading:
        found = reading.ordered([Search(ANY_ENTRY, (PEOPLE,))], (SortKey("mobile"),))
        assert found is not None
        assert [found.keys_at(place)[0] is None for place in range(len(found))] == [False] + [True] * 7


def test_books_that_show_differently_are_sorted_together(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.dov) as reading:
        together = reading.ordered([Search(Present("cn"), (PEOPLE,)), Search(Present("o"), (CLIENTS,))], (SortKey("cn"),))
        assert together is not None
        assert [one.display for one in together.entries(0, 3)] == ["Acme GmbH", "Ada Łukasińska", "Bruno Königsmann"]
        assert len(together) == 11
        assert together.place(("acme gmbh",)) == 0
        assert together.place(("b",)) == 2
        assert together.place(("zzz",)) == 11
        assert together.place((None,)) == 11
        assert together.place_behind(("ada lukasinska",), uuid_of("ada")) == 2
        assert together.place_behind(("ada lukasinska",), uuid_of("nobody")) == 1


def test_an_order_is_kept_and_what_changed_is_put_in_its_place(parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.add_all(writing.book("people"), [draft(f"p{n}", f"Given{n}", f"Family{n % 7}", "Filler", None) for n in range(40)])
    wanted = Equality("ou", "sales")
    assert len(names(parts, company.dov, *BY_FAMILY, wanted=wanted)) == 48
    sorted_anew = ordering.ordering.ids
    monkeypatch.setattr(ordering.ordering, "ids", None)
    dice = random.Random(3)
    for step in range(30):
        login = f"p{dice.randrange(40)}"
        with parts.directory.writing(company.system) as writing:
            entry = next((one for one in writing.among(writing.book("people"), names=[login]) if one.state == "active"), None)
            if entry is None:
                writing.add(writing.book("people"), draft(login, "Back", f"Again{step}", "Filler", None))
            elif step % 3 == 0:
                writing.trash(entry.uuid)
            elif step % 3 == 1:
                writing.modify(entry.uuid, [Modification("ou", Operation.REPLACE, (dice.choice(["Sales", "Else"]),))])
            else:
                writing.modify(entry.uuid, [Modification("sn", Operation.REPLACE, (f"Family{dice.randrange(9)}",))])
        kept = names(parts, company.dov, *BY_FAMILY, wanted=wanted)
        with monkeypatch.context() as patched, parts.directory.reading(company.dov) as reading:
            patched.setattr(ordering.ordering, "ids", sorted_anew)
            fresh = ordering.ordered(reading._asking, Orders(), [(Search(wanted), (reading.book("people"),))], BY_FAMILY, None)
            assert isinstance(fresh, Ordered)
            assert kept == [one.name for one in fresh.entries(0, len(fresh))]


def test_after_many_changes_or_another_epoch_it_is_sorted_anew(parts: CoreParts, company: Company) -> None:
    before = names(parts, company.dov, *BY_FAMILY)
    with parts.directory.writing(company.system) as writing:
        writing.add_all(writing.book("people"), [draft(f"p{n}", "A", f"A{n:04}", "Filler", None) for n in range(250)])
    after = names(parts, company.dov, *BY_FAMILY)
    assert (len(after), after[-len(before) + 1 :]) == (258, before[1:])
    titled(parts, "ada", "Pilot")
    assert len(names(parts, company.dov, *BY_FAMILY)) == 258


def test_who_is_in_a_group_counts_from_the_next_question_on(parts: CoreParts, company: Company) -> None:
    wanted = Equality("memberOf", "sales")
    assert names(parts, company.dov, SortKey("uid"), wanted=wanted) == ["ada", "bruno"]
    with parts.directory.writing(company.system) as writing:
        writing.add_member("sales", uuid_of("zoe"))
    assert names(parts, company.dov, SortKey("uid"), wanted=wanted) == ["ada", "bruno", "zoe"]


def test_a_writing_sees_its_own_changes_and_keeps_no_order_for_others(parts: CoreParts, company: Company) -> None:
    with pytest.raises(ZeroDivisionError), parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("ada"), [Modification("sn", Operation.REPLACE, ("Zzz",))])
        found = writing.ordered([Search(ANY_ENTRY, (PEOPLE,))], (SortKey("sn"),))
        assert found is not None
        assert found.entries(7, 8)[0].name == "ada"
        raise ZeroDivisionError
    assert names(parts, company.system, SortKey("sn"))[-1] == "zoe"


def test_times_are_sorted_as_numbers_and_nothing_has_no_order(parts: CoreParts, company: Company) -> None:
    parts.clock.pass_s(60)
    titled(parts, "ada", "Pilot")
    assert names(parts, company.dov, SortKey("modifytimestamp", is_reversed=True))[0] == "ada"
    with parts.directory.reading(company.nobody) as reading:
        found = reading.ordered([Search(ANY_ENTRY)], (SortKey("cn"),))
        assert found is not None
        assert (len(found), found.entries(0, 5), found.place(("a",))) == (0, (), 0)


@pytest.mark.slow
def test_sorting_that_would_take_too_long_is_not_done(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        writing.add_all(writing.book("people"), [draft(f"p{n}", f"G{n}", f"F{n}", "Filler", None) for n in range(3000)])
    with parts.directory.reading(company.dov) as reading:
        assert reading.ordered([Search(ANY_ENTRY)], BY_FAMILY, time_limit_s=0.0) is None
        assert reading.ordered([Search(ANY_ENTRY)], BY_FAMILY, time_limit_s=60.0) is not None


def test_kept_orders_are_bounded(parts: CoreParts, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "MOST_IDS", 20)
    orders = Orders()
    with parts.directory.reading(company.dov) as reading:
        views = (reading.book("people"),)
        for attribute in ("cn", "sn", "uid", "title"):
            ordering.ordered(reading._asking, orders, [(Search(ANY_ENTRY), views)], (SortKey(attribute),), None)
            assert orders._size <= 20
        assert len(orders._known) == 2
        long = Search(Or(tuple(Equality("cn", f"{number}" * 200) for number in range(100))))
        found = ordering.ordered(reading._asking, orders, [(long, views)], (SortKey("cn"),), None)
        assert found is not None
        assert len(orders._known) == 2
        assert [found.place(("x" * length,)) for length in (5, 5_000)] == [0, 0]
        assert len(found._order.places) == 1
