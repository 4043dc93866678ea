# SPDX-License-Identifier: GPL-3.0-or-later
"""Awkward people, and strategies for what can be asked about them and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.model.book import Level
from dirserver.model.filter import (
    And,
    Approximate,
    AtLeast,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Not,
    Or,
    Present,
    Substrings,
)
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from tests.cast import uuid_of

LONG = "long " * 150 + "end"

AWKWARD: tuple[dict[str, tuple[str, ...]], ...] = (
    {"cn": ("100% Sure",), "description": ("50%_off \\ today",), "mail": ("per%cent@example.com",)},
    {"cn": ("Under_score",), "description": ("a_b", "aXb"), "telephoneNumber": ("030 5550000",)},
    {"cn": ("Back\\slash",), "description": ("C:\\temp\\%",), "mobile": ("0049 151 5550000",)},
    {"cn": ('O\'Hara "Quote"',), "description": ("it's * a * star",), "title": ("*",)},
    {"cn": ("Łukasz Żółć",), "sn": ("Żółć",), "givenName": ("Łukasz",), "title": ("Größe ẞ",), "l": ("Łódź",)},
    {"cn": ("Ναυσικά Ὀδυσσεύς",), "description": ("ὅδε οἶκος", "ΟΔΟΣ")},
    {"cn": ("山田 太郎",), "description": ("東京都", "ひらがな")},
    {"cn": ("Emoji 👩‍💻 Person",), "nickname": ("ﬁne ½ ™",)},
    {"cn": ("Long One",), "description": (LONG, LONG + " more")},
    {"cn": ("Long Two",), "description": (LONG + "x",), "employeeNumber": ("007",)},
    {"cn": ("Numbers",), "telephoneNumber": ("+48 22 123 45 67", "112"), "mobile": ("+1 (555) 010-0100",), "homePhone": ("030/12",)},
    {"cn": ("Birthday",), "birthDate": ("1985-04-12",), "labeledURI": ("https://example.com/a,b;c?d=%20_",)},
    {"cn": ("Managed",), "manager": (f"urn:uuid:{uuid_of('ada')}",), "secretary": (f"urn:uuid:{uuid_of('esme')}",)},
)


def drafts() -> list[Draft]:
    """The awkward people."""
    return [Draft(from_attributes(one, uid=uuid_of(f"awkward-{number}")), name=f"odd_{number}") for number, one in enumerate(AWKWARD)]


FIELDS = "cn mail telephoneNumber mobile homePhone title o description manager employeeNumber nickname labeledURI birthDate".split()
_ATTRIBUTES = [
    *FIELDS,
    *"sn GIVENNAME displayName l secretary uid entryUUID objectClass memberOf createTimestamp modifyTimestamp creatorsName".split(),
    *"commonName;lang-pl 2.5.4.4 jpegPhoto surname noSuchThing x-odd entryDN".split(),
]
_SEEDS = sorted({value for one in AWKWARD for values in one.values() for value in values} | {"Ada Łukasińska", "ada@example.com", "Sales"})
_EXTRA = [
    *("", " ", "%", "_", "\\", "'", '"', "*", "a", "aa", "ing", "+49", "030", "555", "0", "112", "1985", "--04-12", "\x00", "\ud800"),
    *(
        "ada",
        "bruno",
        "odd_1",
        "system",
        "sales",
        "contractors",
        "person",
        "top",
        "20260101000000Z",
        "20260922000000+0200",
        "1990",
        "x" * 401,
    ),
    *(uuid_of("ada"), uuid_of("bruno"), f"urn:uuid:{uuid_of('ada')}", uuid_of("esme")[:9], uuid_of("awkward-3").upper(), LONG),
]


@st.composite
def _fragments(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(_SEEDS))
    start = draw(st.integers(0, len(text)))
    return text[start : draw(st.integers(start, len(text)))]


def _values() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(_SEEDS), st.sampled_from(_EXTRA), _fragments(), st.text(max_size=6))


def _assertions() -> st.SearchStrategy[Filter]:
    names, values = st.sampled_from(_ATTRIBUTES), _values()
    parts = st.one_of(_fragments(), values)
    return st.one_of(
        st.builds(Present, names),
        st.builds(Equality, names, values),
        st.builds(Substrings, names, parts, st.lists(parts, max_size=2).map(tuple), parts),
        st.builds(Substrings, names, parts),
        st.builds(lambda name, part: Substrings(name, "", (part,)), names, parts),
        st.builds(AtLeast, names, values.filter(lambda value: len(value) < 300)),
        st.builds(AtMost, names, values.filter(lambda value: len(value) < 300)),
        st.builds(Approximate, names, values),
        st.builds(Extensible, st.one_of(st.none(), names), st.sampled_from([None, "caseIgnoreMatch", "2.5.13.2", "1.2.3"]), values),
    )


def filters() -> st.SearchStrategy[Filter]:
    """Filters as a door hands them over."""
    return st.recursive(
        _assertions(),
        lambda part: st.one_of(
            st.builds(Not, part),
            st.lists(part, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(part, max_size=3).map(lambda parts: Or(tuple(parts))),
        ),
        max_leaves=6,
    )


def typed() -> st.SearchStrategy[str]:
    """What somebody types into a search box."""
    return st.lists(_values(), min_size=1, max_size=3).map(" ".join)


@dataclass(frozen=True)
class Asker:
    """Somebody with made-up rights on the book of people."""

    person: str | None
    grants: tuple[Grant, ...]


def _reads() -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(
        st.just(("*",)), st.just(()), st.lists(st.sampled_from([*FIELDS, "public", "work", "hr", "private"]), max_size=5).map(tuple)
    )


@st.composite
def askers(draw: st.DrawFn) -> Asker:
    """Anybody whom grants can describe."""
    people = Slug("people")
    grants = []
    for subject in ("authenticated", "self", "manager"):
        level = draw(st.sampled_from([Level.VIEW, Level.VIEW, Level.NONE, Level.EDIT]))
        grants.append(Grant(people, Subject.parse(subject), level, draw(_reads()), draw(_reads())))
    person = draw(st.sampled_from([None, uuid_of("ada"), uuid_of("bruno"), uuid_of("awkward-12")]))
    return Asker(person, tuple(grants))
