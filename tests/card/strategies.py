# SPDX-License-Identifier: GPL-3.0-or-later
"""Cards made by chance: any that may exist, and such as address books really write."""

from __future__ import annotations

import base64

from hypothesis import strategies as st

from dirserver.card.card import Card, Parameter, Property, Version

tokens = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
raw_values = st.text(st.one_of(characters, st.sampled_from(',;:\\"^\t= \n').filter(lambda letter: letter != "\n")), max_size=120)
texts = st.text(st.one_of(characters, st.sampled_from(",;:\\\"^\t= \n$'")), min_size=1, max_size=60).filter(lambda text: bool(text.strip()))
param_values = st.text(st.one_of(characters, st.sampled_from("\",;:^'\n= \t")), max_size=40)
params = st.builds(
    Parameter,
    tokens.filter(lambda name: name.upper() not in {"ENCODING", "CHARSET"}),
    st.lists(param_values, max_size=3).map(tuple),
)
properties = st.builds(
    Property,
    tokens.filter(lambda name: name.upper() not in {"BEGIN", "END", "VERSION", "FN"}),
    raw_values,
    st.none() | tokens,
    st.lists(params, max_size=3).map(tuple),
)


@st.composite
def cards(draw: st.DrawFn, versions: tuple[Version, ...] = tuple(Version)) -> Card:
    """Any card that has an FN."""
    named = Property.of_text("FN", draw(texts))
    made = draw(st.lists(properties, max_size=8))
    at = draw(st.integers(0, len(made)))
    return Card(draw(st.sampled_from(versions)), (*made[:at], named, *made[at:]))


def _types(*words: str) -> st.SearchStrategy[tuple[Parameter, ...]]:
    chosen = st.lists(st.sampled_from(words), max_size=3, unique=True)
    return chosen.map(lambda types: (Parameter("TYPE", tuple(types)),) if types else ())


def _prop(name: str, values: st.SearchStrategy[str], types: tuple[str, ...] = ()) -> st.SearchStrategy[Property]:
    return st.builds(Property.of_text, st.just(name), values, params=_types(*types) if types else st.just(()))


_lines = st.text(st.sampled_from("abcXYZ äłß,;:$\\ 019+-()'\n"), min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
_dates = st.dates().map(lambda day: day.isoformat())
_octets = st.binary(min_size=1, max_size=60).map(lambda data: base64.b64encode(data).decode())

common_properties = st.one_of(
    _prop("TEL", st.from_regex(r"\+?[0-9 ()/-]{3,15}[0-9]", fullmatch=True), ("WORK", "HOME", "CELL", "FAX", "PAGER", "pref", "voice")),
    _prop("EMAIL", st.emails(), ("INTERNET", "WORK", "HOME", "pref")),
    st.builds(
        lambda parts, types: Property.of_components("ADR", parts, params=types),
        st.lists(_lines, min_size=7, max_size=7),
        _types("WORK", "HOME", "pref"),
    ),
    _prop("LABEL", _lines, ("WORK", "HOME")),
    _prop("NOTE", _lines),
    _prop("TITLE", _lines),
    _prop("URL", st.sampled_from(["https://example.com/a,b;c?d=1", "http://example.org/"]).map(lambda uri: uri), ("HOME", "WORK")),
    _prop("X-JABBER", _lines, ("HOME", "WORK")),
    _prop("X-GENDER", st.sampled_from(["Male", "Female", "M", "F", "divers"])),
    _prop("NICKNAME", _lines),
    _prop("SORT-STRING", _lines),
    _prop("X-CUSTOM", _lines),
    _prop("X-LANG", st.sampled_from(["pl", "de-AT"])),
    _prop("X-ADDRESSBOOKSERVER-MEMBER", st.uuids().map(lambda uuid: f"urn:uuid:{uuid}")),
    st.builds(Property, st.just("BDAY"), _dates),
    st.builds(Property, st.just("X-ANNIVERSARY"), _dates),
    _dates.map(lambda day: Property("BDAY", "1604" + day[4:], None, (Parameter("X-APPLE-OMIT-YEAR", ("1604",)),))),
    _octets.map(lambda text: Property("PHOTO", text, None, (Parameter("ENCODING", ("b",)), Parameter("TYPE", ("JPEG",))))),
    st.sampled_from(["twitter", "linkedin"]).map(
        lambda name: Property(
            "X-SOCIALPROFILE", f"https://{name}.com/ada", None, (Parameter("type", (name,)), Parameter("x-user", ("ada",)))
        )
    ),
    st.just(Property("IMPP", "xmpp:ada@example.com", None, (Parameter("X-SERVICE-TYPE", ("Jabber",)), Parameter("type", ("HOME",))))),
    st.just(Property("GEO", "37.386013;-122.082932")),
    st.just(Property("TZ", "-05:00")),
)


@st.composite
def common_cards(draw: st.DrawFn) -> Card:
    """A card of version 3.0 as address books write it, some of its properties in Apple's groups with labels."""
    family, given = draw(_lines), draw(_lines)
    made = [
        Property.of_text("UID", str(draw(st.uuids()))),
        Property.of_text("FN", f"{given} {family}"),
        Property.of_components("N", (family, given, "", "", "")),
    ]
    for number, each in enumerate(draw(st.lists(common_properties, max_size=10)), 1):
        label = draw(st.none() | st.sampled_from(["_$!<Home>!$_", "Büro", "_$!<Work>!$_"]))
        if label is None or each.key == "SORT-STRING":
            made.append(each)
        else:
            made.append(each.with_group(f"item{number}"))
            made.append(Property.of_text("X-ABLabel", label, group=f"item{number}"))
    return Card(Version.V3, tuple(made))
