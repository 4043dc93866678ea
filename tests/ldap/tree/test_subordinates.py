# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.tree.subordinates import are_asked_for
from dirserver.ldap.wire.message import CompareRequest, Scope, SearchRequest
from dirserver.model.filter import TRUE, And, AtLeast, Equality, Extensible, Filter, Not, Or, Present
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.search.test_search import PEOPLE, asked
from tests.ldap.writing import tell


@pytest.mark.parametrize(
    "wanted, attributes, is_asked",
    [
        (TRUE, (), False),
        (TRUE, ("*", "cn"), False),
        (TRUE, ("+",), True),
        (TRUE, ("NUMSUBORDINATES",), True),
        (And((Present("cn"), Or((Not(Equality("hasSubordinates", "TRUE")),)))), (), True),
        (Extensible(None, "caseIgnoreMatch", "x"), (), False),
    ],
)
def test_counting_is_done_when_it_is_asked_for(wanted: Filter, attributes: tuple[str, ...], is_asked: bool) -> None:
    assert are_asked_for(SearchRequest(SUFFIX, Scope.SUBTREE, wanted, attributes)) is is_asked


def test_containers_say_how_many_entries_the_asker_sees_right_below(asker: Asker) -> None:
    for who in ("dov", "esme"):
        entries, done = asked(asker, who, SearchRequest(SUFFIX, Scope.SUBTREE, Present("ou"), ("numSubordinates", "hasSubordinates")))
        assert done.code == 0
        counted = [entry for entry in entries if entry.dn.startswith("ou=") or entry.dn == SUFFIX]
        assert len(counted) >= 3
        for entry in counted:
            below, _ = asked(asker, who, SearchRequest(entry.dn, Scope.ONE, TRUE, ("1.1",)))
            assert entry.attributes["numSubordinates"] == [str(len(below)).encode()], entry.dn
            assert entry.attributes["hasSubordinates"] == [b"TRUE" if below else b"FALSE"]


def test_filters_can_ask_for_it(asker: Asker) -> None:
    entries, _ = asked(asker, "dov", SearchRequest(SUFFIX, Scope.SUBTREE, AtLeast("numSubordinates", "8")))
    assert [entry.dn for entry in entries] == [PEOPLE]
    entries, _ = asked(asker, "dov", SearchRequest(PEOPLE, Scope.SUBTREE, Equality("hasSubordinates", "FALSE")))
    assert len(entries) == 8
    assert tell(asker.site, "dov", CompareRequest(PEOPLE, "hasSubordinates", b"TRUE")).code == 6


def test_a_book_says_when_it_was_made(asker: Asker) -> None:
    (people,), _ = asked(asker, "dov", SearchRequest(PEOPLE, Scope.BASE, TRUE, ("createTimestamp",)))
    assert len(people.attributes["createTimestamp"][0]) == 15
