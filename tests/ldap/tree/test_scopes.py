# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.ldap.search import search
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.scopes import asks_for_somebody, covered
from dirserver.ldap.wire.message import Scope, SearchRequest
from dirserver.model.dn import DN
from dirserver.model.filter import TRUE, And, Equality, Extensible, Filter, Not, Or, Present, Substrings
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.search.test_search import names

TREE = Tree(DN.parse(SUFFIX))
ANY = Present("objectClass")
THUNDERBIRD = And((ANY, Or((Substrings("cn", "", ("lukas",)), Substrings("mail", "", ("lukas",)), Substrings("sn", "", ("lukas",))))))


@pytest.mark.parametrize(
    "wanted, is_for_somebody",
    [
        (ANY, False),
        (TRUE, False),
        (And((ANY, Equality("objectClass", "dcObject"))), False),
        (Equality("entryUUID", "x"), False),
        (Present("dc"), False),
        (Extensible(None, "caseIgnoreMatch", "ada"), False),
        (THUNDERBIRD, True),
        (Not(Present("mail")), True),
        (Equality("userid", "ada"), True),
        (Equality("ANR", "ada"), True),
        (Extensible("cn", None, "ada"), True),
    ],
)
def test_what_asks_for_somebody(wanted: Filter, is_for_somebody: bool) -> None:
    assert asks_for_somebody(wanted) is is_for_somebody


@pytest.mark.parametrize("base", [SUFFIX, ""])
def test_a_search_of_the_suffix_alone_is_widened_only_where_that_is_set_and_somebody_is_asked_for(base: str) -> None:
    def scope_of(wanted: Filter, *, widens_base: bool) -> Scope:
        return covered(TREE, DN.parse(base), SearchRequest(base, Scope.BASE, wanted), widens_base=widens_base)[1]

    assert scope_of(THUNDERBIRD, widens_base=True) is Scope.SUBTREE
    assert scope_of(THUNDERBIRD, widens_base=False) is Scope.BASE
    assert scope_of(ANY, widens_base=True) is Scope.BASE


def test_other_places_stay_as_they_are_asked() -> None:
    for base in (f"ou=people,{SUFFIX}", f"uid=ada,ou=people,{SUFFIX}", "cn=Subschema", "dc=other"):
        dn = DN.parse(base)
        assert covered(TREE, dn, SearchRequest(base, Scope.BASE, THUNDERBIRD), widens_base=True) == (dn, Scope.BASE)


def test_thunderbirds_simple_set_up_finds_people_with_the_rights_of_the_asker(asker: Asker) -> None:
    config = asker.site.config
    wide = asker.config(replace(config, ldap=replace(config.ldap, widen_base_search=True)))
    for base in (SUFFIX, ""):
        assert names(asker, "dov", THUNDERBIRD, SUFFIX, Scope.BASE) == []
        assert names(wide, "dov", THUNDERBIRD, base, Scope.BASE) == ["uid=ada"]
        assert names(wide, "esme", Equality("mail", "ada@example.com"), base, Scope.BASE) == []
        assert search.answer_at_once(wide.site, SearchRequest(base, Scope.BASE, THUNDERBIRD)) is None
    assert names(wide, "dov", ANY, SUFFIX, Scope.BASE) == ["dc=example"]
