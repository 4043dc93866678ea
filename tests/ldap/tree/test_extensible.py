# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.tree.extensible import simplify, uses_place
from dirserver.model.filter import (
    TRUE,
    And,
    Approximate,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
)

NAMES = ("cn", "sn", "givenName", "displayName")


@pytest.mark.parametrize(
    "wanted, plain",
    [
        (Extensible("cn", None, "Ada"), Equality("cn", "Ada")),
        (Extensible("cn", "caseIgnoreMatch", "Ada"), Equality("cn", "Ada")),
        (Extensible("cn", "2.5.13.5", "Ada"), Equality("cn", "Ada")),
        (Extensible("manager", "1.2.840.113556.1.4.1941", "uid=x"), Equality("manager", "uid=x")),
        (Extensible("cn", "caseIgnoreSubstringsMatch", "a*b*c*d"), Substrings("cn", "a", ("b", "c"), "d")),
        (Extensible("cn", "2.5.13.4", "*b*"), Substrings("cn", "", ("b",), "")),
        (Extensible("cn", "wordMatch", "ada"), Approximate("cn", "ada")),
        (Extensible("cn", "2.5.13.3", "m"), And((AtMost("cn", "m"), Not(Equality("cn", "m"))))),
        (Extensible("cn", "1.2.840.113556.1.4.803", "2"), Undefined()),
        (Not(Extensible("cn", None, "x")), Not(Equality("cn", "x"))),
        (Present("cn"), Present("cn")),
    ],
)
def test_rules_become_plain_choices(wanted: Filter, plain: Filter) -> None:
    assert simplify(wanted) == plain


def test_an_unknown_rule_alone_is_undefined_of_everything() -> None:
    found = simplify(Extensible(None, "1.2.3", "2"))
    assert isinstance(found, Or)
    assert set(found.parts) == {Undefined()}


def test_a_rule_alone_asks_every_text() -> None:
    found = simplify(Extensible(None, "caseIgnoreMatch", "Ada"))
    assert isinstance(found, Or)
    assert {Equality("cn", "Ada"), Equality("title", "Ada"), Equality("mail", "Ada")} <= set(found.parts)


def test_the_place_of_an_entry_counts_where_it_is_asked_for() -> None:
    rdns = {("ou", "people"), ("dc", "example")}
    assert simplify(Extensible("ou", None, "People", with_dn=True), rdns) == TRUE
    assert simplify(Extensible("ou", None, "sales", with_dn=True), rdns) == Equality("ou", "sales")
    assert simplify(Extensible("ou", None, "People"), rdns) == Equality("ou", "People")
    assert simplify(Extensible(None, "caseIgnoreMatch", "example", with_dn=True), rdns) == TRUE
    assert uses_place(And((Present("cn"), Not(Extensible("ou", None, "x", with_dn=True)))))
    assert not uses_place(Or((Present("cn"), Extensible("ou", None, "x"))))


def test_name_stands_for_every_name() -> None:
    assert simplify(Equality("NAME", "x")) == Or(tuple(Equality(name, "x") for name in NAMES))
    assert simplify(Present("name")) == Or(tuple(Present(name) for name in NAMES))
    assert simplify(Substrings("name", "x")) == Or(tuple(Substrings(name, "x") for name in NAMES))
    assert simplify(Approximate("name", "x")) == Or(tuple(Approximate(name, "x") for name in NAMES))


def test_ambiguous_names_are_resolved() -> None:
    found = simplify(Equality("anr", "ada luk"))
    assert isinstance(found, Or)
    assert Substrings("cn", "ada luk") in found.parts
    assert And((Substrings("givenName", "ada"), Substrings("sn", "luk"))) in found.parts
    assert And((Substrings("givenName", "luk"), Substrings("sn", "ada"))) in found.parts
    assert simplify(Equality("anr", " ")) == Undefined()
