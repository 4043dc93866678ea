# SPDX-License-Identifier: GPL-3.0-or-later
"""The usual questions find what the general way finds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirserver.card.fields import from_attributes
from dirserver.directory.views.binding import bind
from dirserver.directory.views.entry import Draft
from dirserver.model.filter import And, Equality, Or, Substrings
from dirserver.model.principal import Principal
from dirserver.store.entries import books
from dirserver.store.entries.entries import Reach
from dirserver.store.finding import search as store_search
from dirserver.store.finding.search import BoundSearch, Part
from dirserver.store.finding.usual import usual
from tests.cast import make_company
from tests.parts import open_parts

NAMES = ("cn", "sn", "givenName", "mail", "telephoneNumber", "o")
TEXTS = ("a", "ad", "ada", "son", "ander", "%", "an_d", "100%", "ad\\a", 'q"q"q', "ß", "+49 30", "5550294", "example", "x" * 290)
ODD = ("Anderson 100% ad\\a", 'q"q"q an_d', "Xan-der ß", "x" * 295)


def leaf():
    names, texts = st.sampled_from(NAMES), st.sampled_from(TEXTS)
    return st.one_of(
        st.builds(Equality, names, texts),
        st.builds(Substrings, names, texts),
        st.builds(lambda name, text: Substrings(name, "", (text,), ""), names, texts),
    )


@pytest.fixture
def filled(copied_url):
    parts = open_parts(copied_url)
    make_company(parts)
    with parts.directory.writing(Principal.system()) as writing:
        for number, name in enumerate(ODD):
            writing.add(writing.book("people"), Draft(from_attributes({"cn": (name,), "sn": (name,)}, uid=f"odd-{number}")))
    yield parts
    parts.close()


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(leaves=st.lists(leaf(), min_size=1, max_size=5), limit=st.sampled_from([1, 3, 50]), with_groups=st.booleans())
def test_they_find_the_same_in_the_same_order(filled, leaves, limit, with_groups):
    bound = bind(Or(tuple(leaves)) if len(leaves) > 1 else leaves[0])
    with filled.store.reading() as tx:
        ids = tuple(book.id for book in books.listed(tx))
        found = store_search.run(tx, BoundSearch((Part(ids, Reach(is_whole=True, with_groups=with_groups), bound),), limit=limit))
        # One more part, though it is the same, is nothing usual.
        twice = Part(ids, Reach(is_whole=True, with_groups=with_groups), And((bound,)))
        expected = store_search.run(tx, BoundSearch((twice,), limit=limit))
    assert [one.id for one in found.entries] == [one.id for one in expected.entries]
    assert found.stopped_by is expected.stopped_by


@pytest.mark.parametrize(
    "bound",
    [And((Equality("cn", "a"),)), Equality("memberof", "sales"), Equality("kind", "group"), Substrings("cn", "a", ("b",), ""), Or(())],
)
def test_what_is_not_usual_is_left_to_the_general_way(bound):
    assert usual(bound, Reach(is_whole=True), is_sqlite=True) is None


def test_whoever_sees_a_part_only_is_left_to_the_general_way():
    assert usual(Equality("cn", "a"), Reach(is_whole=False, person="x", with_own=True), is_sqlite=True) is None
    assert usual(Equality("cn", "a"), Reach(is_whole=True, label=3), is_sqlite=True) is None
    assert usual(Equality("cn", "a"), Reach(is_whole=True), is_sqlite=True) is not None
