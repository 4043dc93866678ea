# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirserver.access.guard import guard
from dirserver.access.rights import Rights
from dirserver.access.view import FieldClasses, View
from dirserver.directory.roll.asked import asked_of
from dirserver.directory.roll.terms import Terms
from dirserver.directory.views.binding import bind
from dirserver.model.book import Level
from dirserver.model.filter import And, Equality, Filter, Or, Present, Substrings

NAMES = (
    "cn",
    "SN",
    "mail",
    "telephoneNumber",
    "mobile",
    "employeeNumber",
    "objectClass",
    "memberOf",
    "createTimestamp",
    "nonsense",
    "uid",
    "2.5.4.3",
)
TEXTS = ("", " ", "Ab", "Ada  Ł", "+49 30 12", "030", "12", "x" * 310, "ß\x00", "person")


@pytest.fixture(scope="module")
def rights() -> Rights:
    classes = FieldClasses.of({"public": ("cn", "sn", "mail", "telephoneNumber"), "hr": ("employeeNumber",)})
    view = View(Level.VIEW, frozenset({"public"}), frozenset(), classes)
    own = view.joined(View(Level.VIEW, frozenset({"hr"}), frozenset(), classes))
    return Rights(view, own, view, "00000000-0000-4000-8000-000000000001")


def _leaf() -> st.SearchStrategy[Filter]:
    names, texts = st.sampled_from(NAMES), st.sampled_from(TEXTS)
    return st.one_of(
        st.builds(Equality, names, texts),
        st.builds(Substrings, names, texts),
        st.builds(lambda name, text: Substrings(name, "", (text,), ""), names, texts),
        st.builds(Substrings, names, texts, st.tuples(texts), texts),
        st.builds(Present, names),
    )


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(_leaf(), min_size=1, max_size=4))
def test_the_short_way_comes_to_what_binding_and_guarding_come_to(rights: Rights, parts: list[Filter]) -> None:
    wanted: Filter = Or(tuple(parts)) if len(parts) > 1 else parts[0]
    asked = Terms((rights,)).asked(wanted)
    if asked is not None:
        assert asked == asked_of(guard(bind(wanted), rights)) or set(asked) == set(asked_of(guard(bind(wanted), rights)) or ())


def test_what_is_hidden_of_anybody_is_no_question(rights: Rights) -> None:
    terms = Terms((rights,))
    assert terms.asked(Equality("employeeNumber", "7")) is None
    assert terms.asked(Equality("mail", "a@b")) is not None
    assert terms.asked(And((Equality("mail", "a@b"), Equality("cn", "a")))) is None


def test_made_up_names_are_not_remembered_for_ever(rights: Rights) -> None:
    terms = Terms((rights,))
    for number in range(2000):
        assert terms.asked(Equality(f"x-{number}", "a")) is None
    assert len(terms._known) <= 500
