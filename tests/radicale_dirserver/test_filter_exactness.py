# SPDX-License-Identifier: GPL-3.0-or-later
"""What SQL finds by a plan, beside what each card says: never less, and where the plan calls itself exact, never more."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirserver.card.reader import read
from dirserver.model.filter import ANY_ENTRY
from dirserver.model.names import Href
from radicale_dirserver.reports.card_match import matches_card
from radicale_dirserver.reports.filter_plan import plan
from radicale_dirserver.wire.card_filter import CardFilter, Join, MatchType, PropertyFilter, TextMatch
from tests.cast import principal
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import vcard

# Letters that fold to others, marks, escapes, LIKE's own signs, separators, doubled and unseen space.
PIECES = (
    "Ann", "ANN", "Łukasz", "lukasz", "Weiß", "weiss", "é", "e\u0301", "100%", "a_b", "O'Neil", "O’Neil", "x@y.org",
    "\\,", "\\;", "  ", " ", "\\\\", "\u200bq", "日本", "30", "+49 30 1234567",
)  # fmt: skip
TEXTS = [" ".join(each) for each in itertools.combinations(PIECES, 2)][:60]


@pytest.fixture
def book(core: CoreParts) -> CoreParts:
    """Ada's own book with sixty odd cards."""
    with core.directory.writing(principal(core.identity, "ada")) as writing:
        view = writing.book("~ada")
        for number, text in enumerate(TEXTS):
            other = TEXTS[(number * 7) % len(TEXTS)]
            mail = f"EMAIL;TYPE={'HOME' if number % 2 else 'WORK'}:{number}{text.replace(' ', '')}"
            lines = (
                mail,
                f"NICKNAME:{other}",
                f"ORG:{text};{other}",
                f"TITLE:{other}",
                f"NOTE:{text} {other}",
                f"TEL:+49 30 12345{number}",
            )
            card = read(vcard(f"odd-{number}", *lines, name=f"{text} {other}").encode())
            writing.put(view, Href(f"odd-{number}.vcf"), card)
    return core


texts = st.builds(
    TextMatch,
    st.one_of(st.sampled_from(PIECES), st.sampled_from(TEXTS), st.text("anlukszé%_ '@,;\\3", max_size=5)),
    st.sampled_from(MatchType),
    collation=st.sampled_from(["i;unicode-casemap", "i;ascii-casemap", "i;octet"]),
    is_negated=st.sampled_from([False, False, False, True]),
)
properties = st.builds(
    PropertyFilter,
    st.sampled_from(["FN", "N", "EMAIL", "NICKNAME", "ORG", "TITLE", "NOTE", "TEL", "ADR", "X-ODD"]),
    test=st.sampled_from(Join),
    is_missing=st.sampled_from([False] * 7 + [True]),
    texts=st.lists(texts, max_size=2).map(tuple),
)
filters = st.builds(CardFilter, st.sampled_from(Join), st.lists(properties, min_size=1, max_size=3).map(tuple))


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(filters, st.sampled_from([("ada", "~ada"), ("ada", "people"), ("esme", "people")]))
def test_a_plan_finds_what_the_cards_say(book: CoreParts, wanted: CardFilter, asked: tuple[str, str]) -> None:
    login, slug = asked
    with book.directory.reading(principal(book.identity, login)) as reading:
        view, planned = reading.book(slug), plan(wanted)
        found = {each.href for each in reading.found(view, planned.filter)}
        every = dict(reading.found_cards(view, ANY_ENTRY, by_name=True))
        said = {listed.href for listed, card in every.items() if matches_card(wanted, card)}
    assert said <= found
    assert not planned.is_exact or found == said
