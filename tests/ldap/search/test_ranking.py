# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.ldap.search.ranking import narrowed
from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import Code, Scope, SearchRequest
from dirserver.model.filter import And, AtLeast, Equality, Filter, Not, Or, Present, Substrings
from dirserver.model.principal import Principal
from tests.cast import PEOPLE as BOOK
from tests.cast import uuid_of
from tests.ldap.conftest import Asker
from tests.ldap.search.test_search import PEOPLE, asked

LI = ("Abelin", "Belin", "Elina", "Li", "Lima", "Malin")


@pytest.fixture
def crowd(own_site: Site) -> Asker:
    """Beside the company, people whose family names hold "li"."""
    with own_site.directory.writing(Principal.system()) as writing:
        book = writing.book(BOOK)
        for name in LI:
            card = from_attributes({"cn": (name,), "sn": (name,)}, uid=uuid_of(name))
            writing.add(book, Draft(card, name=name.lower()))
    return Asker(own_site)


def told(asker: Asker, wanted: Filter, size_limit: int) -> tuple[list[str], int]:
    entries, done = asked(asker, "dov", SearchRequest(PEOPLE, Scope.ONE, wanted, ("1.1",), size_limit=size_limit))
    return [entry.dn.partition(",")[0].removeprefix("uid=") for entry in entries], done.code


@pytest.mark.parametrize(
    "wanted, narrow",
    [
        (Substrings("cn", "", ("li",)), Substrings("cn", "li")),
        (Substrings("cn", "", ("john", "li"), "x"), Substrings("cn", "john", ("li",), "x")),
        (Substrings("cn", "li"), Equality("cn", "li")),
        (Substrings("cn", "li", ("x",)), Substrings("cn", "li", ("x",))),
        (Substrings("mobile", "", (), "42"), Substrings("mobile", "", (), "42")),
        (Not(Substrings("cn", "", ("li",))), Not(Substrings("cn", "", ("li",)))),
        (
            And((Present("mail"), Or((Substrings("sn", "li"), AtLeast("cn", "a"))))),
            And((Present("mail"), Or((Equality("sn", "li"), AtLeast("cn", "a"))))),
        ),
    ],
)
def test_what_is_narrower_is_never_wider(wanted: Filter, narrow: Filter) -> None:
    assert narrowed(wanted) == narrow


def test_an_answer_that_is_cut_off_holds_the_best_matches(crowd: Asker) -> None:
    anywhere = Or((Substrings("cn", "", ("li",)), Substrings("sn", "", ("li",)), Substrings("mail", "", ("li",))))
    assert told(crowd, anywhere, 2) == (["li", "lima"], Code.SIZE_LIMIT_EXCEEDED)
    assert told(crowd, anywhere, 4) == (["li", "lima", "abelin", "belin"], Code.SIZE_LIMIT_EXCEEDED)
    assert told(crowd, Substrings("sn", "li"), 1) == (["li"], Code.SIZE_LIMIT_EXCEEDED)


def test_an_answer_that_is_not_cut_off_is_by_name(crowd: Asker) -> None:
    anywhere = Substrings("sn", "", ("li",))
    whole = [name.lower() for name in LI]
    assert told(crowd, anywhere, len(LI)) == (whole, Code.SUCCESS)
    assert told(crowd, anywhere, 0) == (whole, Code.SUCCESS)


def test_a_better_match_in_what_is_hidden_counts_for_nothing(crowd: Asker) -> None:
    entries, _ = asked(crowd, "esme", SearchRequest(PEOPLE, Scope.ONE, Substrings("mail", "", ("ada",)), size_limit=1))
    assert entries == []
