# SPDX-License-Identifier: GPL-3.0-or-later
"""Our answers beside Radicale's own for whatever cards, reports and filters Hypothesis draws, wherever Radicale is right.

Where it isn't, nothing is drawn: reports for anything but tags and cards (it knows no other property there), conditions on names and
numbers (it compares what vobject prints, we compare parts and digits), accents (we fold them), one parameter of several properties
(it looks at all of them together).
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirserver.card.card import escape
from tests.radicale_dirserver.test_agreement import CARDS, ENTRY, comparable, same
from tests.radicale_dirserver.wsgi import Answer, Door, vcard

Book = dict[str, tuple[str, list[str]]]
"""Names of cards and lines, by href."""
BOOK = "/ada/contacts/"
SLOTS = ("a.vcf", "Müller & 100%.vcf", "c d.vcf", "e#f?g.vcf")
WORDS = ("Ann", "ANN", "lee", "x@y.org", "a, b", "c; d", "100%", "a_b", "<&>", "]]>", "\"'", "日本", "🙂", "\\n", "O'Neil", "e=mc2")
TEXT_NAMES = ("EMAIL", "NOTE", "TITLE", "X-ODD")

values = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
kinds = st.sampled_from(["", ";TYPE=home", ";TYPE=work", ";X-P=1"])
lines = st.builds(lambda name, kind, text: f"{name}{kind}:{escape(text)}", st.sampled_from(TEXT_NAMES), kinds, values)
bodies = st.lists(lines, max_size=4)
books = st.dictionaries(st.sampled_from(SLOTS), st.tuples(st.sampled_from(["Ann Lee", "Bo Ann", "Zoe X"]), bodies), max_size=len(SLOTS))


def attributes(**named: str | None) -> str:
    return "".join(f" {name.replace('_', '-')}={quoteattr(value)}" for name, value in named.items() if value is not None)


def condition(tag_name: str, inside: Iterable[str], **named: str | None) -> str:
    return f"<c:{tag_name}{attributes(**named)}>{''.join(inside)}</c:{tag_name}>"


wanted_texts = st.one_of(st.sampled_from(WORDS), values, st.text("aenoxy1%_", min_size=1, max_size=2)).filter(lambda text: "\\" not in text)
any_case = st.sampled_from([str.upper, str.lower])
match_types = st.sampled_from([None, "equals", "contains", "starts-with", "ends-with"])
collations = st.sampled_from([None, "i;ascii-casemap", "i;unicode-casemap", "i;octet"])
tests = st.sampled_from([None, "anyof", "allof"])
texts = st.builds(
    lambda text, match, collation, negate: condition(
        "text-match",
        [text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")],
        match_type=match,
        collation=collation,
        negate_condition=negate,
    ),
    wanted_texts,
    match_types,
    collations,
    st.sampled_from([None, None, "no", "yes"]),
)
parameters = st.builds(
    lambda name, kind: condition("param-filter", [] if kind is None else [condition("text-match", [kind], match_type="equals")], name=name),
    st.sampled_from(["TYPE", "X-P", "X-Q"]),
    st.sampled_from([None, "home", "WORK", "1"]),
)
properties = st.builds(
    lambda name, spelt, test, inside: condition("prop-filter", inside, name=spelt(name), test=test),
    st.sampled_from(["FN", "UID", *TEXT_NAMES, "X-NONE"]),
    any_case,
    tests,
    st.one_of(st.just(["<c:is-not-defined/>"]), st.lists(st.one_of(texts, parameters), max_size=3)),
)
filters = st.tuples(st.lists(properties, max_size=3).map("".join), st.sampled_from(["anyof", "allof"]))
reported = st.lists(st.sampled_from(CARDS), min_size=1, unique=True).map(tuple)
listed = st.lists(st.sampled_from(ENTRY), min_size=1, unique=True).map(tuple)


@pytest.fixture
def both(door: Door, radicale: Door) -> tuple[Door, Door]:
    return door, radicale


def furnish(door: Door, book: Book) -> None:
    """Make Ada's own book hold these cards and no others."""
    for slot in SLOTS:
        if slot in book:
            name, body = book[slot]
            assert door.ask("PUT", BOOK + slot, vcard(f"uid-{SLOTS.index(slot)}", *body, name=name)).status in {201, 204}
        else:
            assert door.ask("DELETE", BOOK + slot).status in {204, 404}


def alike(ours: Answer, theirs: Answer) -> None:
    """As ``same``, for answers that may hold nothing."""
    if theirs.rows or ours.rows:
        same(ours, theirs)


drawn = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)


@pytest.mark.slow
@drawn
@given(books, st.lists(filters, min_size=1, max_size=4))
def test_queries(both: tuple[Door, Door], book: Book, asked: list[tuple[str, str]]) -> None:
    furnish(both[0], book)
    for conditions, test in asked:
        alike(*(one.query(BOOK, conditions, test=test) for one in both))


@pytest.mark.slow
@drawn
@given(books, books, books, reported)
def test_syncs(
    both: tuple[Door, Door],
    before: Book,
    between: Book,
    after: Book,
    names: tuple[str, ...],
) -> None:
    tokens = [""]
    for book in (before, between, after):
        furnish(both[0], book)
        tokens.append(both[0].sync(BOOK).token)
    for token in tokens:
        answers = [one.sync(BOOK, token, *names) for one in both]
        alike(*answers)
        assert answers[0].token == answers[1].token


@drawn
@given(books, st.lists(st.sampled_from([*SLOTS, "none.vcf"]), unique=True), reported, listed)
def test_multigets_and_listings(
    both: tuple[Door, Door], book: Book, hrefs: list[str], in_report: tuple[str, ...], in_list: tuple[str, ...]
) -> None:
    furnish(both[0], book)
    alike(*(one.multiget(BOOK, [f"/dav{BOOK}{href}" for href in hrefs], *in_report) for one in both))
    ours, theirs = (one.propfind(BOOK, *in_list, depth="1") for one in both)
    assert {row.path: comparable(row) for row in ours.rows[1:]} == {row.path: comparable(row) for row in theirs.rows[1:]}
