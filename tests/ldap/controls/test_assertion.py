# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.controls import assertion
from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Code, CompareRequest, Control, DeleteRequest, ModifyDNRequest, Operation, Scope, SearchRequest
from dirserver.model.filter import TRUE, Equality, Extensible, Filter, Not, Present
from tests.cast import ADA_HOME
from tests.ldap.answers import ASSERTION, answered, asserting
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.writing import ADA, PEOPLE, REPLACE, change, new, shown


def code(site: Site, who: str, operation: Operation, wanted: Filter) -> Code:
    return answered(site, Asker(site).session(who), operation, asserting(wanted)).code


TITLED = change(ADA, (REPLACE, "title", ("Pilot",)))


def test_a_change_is_made_only_if_what_is_asserted_is_true(own_site: Site) -> None:
    assert code(own_site, "chika", TITLED, Equality("title", "Astronaut")) is Code.ASSERTION_FAILED
    assert shown(own_site, "ada")["title"] == ("Account Manager",)
    assert code(own_site, "chika", TITLED, Equality("title", "ACCOUNT manager")) is Code.SUCCESS
    assert shown(own_site, "ada")["title"] == ("Pilot",)
    assert code(own_site, "chika", TITLED, Extensible("ou", None, "people", with_dn=True)) is Code.SUCCESS
    renamed = ModifyDNRequest(f"uid=zoe,{PEOPLE}", "uid=zo", deletes_old_rdn=True)
    assert code(own_site, "chika", renamed, Equality("uid", "zo")) is Code.ASSERTION_FAILED
    assert code(own_site, "chika", renamed, Equality("uid", "zoe")) is Code.SUCCESS
    assert code(own_site, "chika", DeleteRequest(f"uid=zo,{PEOPLE}"), Present("pager")) is Code.ASSERTION_FAILED
    assert code(own_site, "chika", DeleteRequest(f"uid=zo,{PEOPLE}"), Not(Present("pager"))) is Code.SUCCESS
    assert code(own_site, "chika", DeleteRequest(f"uid=zo,{PEOPLE}"), TRUE) is Code.NO_SUCH_OBJECT


def test_of_a_new_entry_is_asserted_what_it_would_be(own_site: Site) -> None:
    nils = new(f"uid=nils,{PEOPLE}", cn="Nils Holgersson")
    assert code(own_site, "chika", nils, Equality("sn", "Nobody")) is Code.ASSERTION_FAILED
    assert code(own_site, "chika", nils, Equality("cn", "nils holgersson")) is Code.SUCCESS
    assert code(own_site, "chika", nils, TRUE) is Code.ENTRY_ALREADY_EXISTS


def test_groups_too_change_only_if_what_is_asserted_is_true(own_site: Site) -> None:
    sales = f"cn=sales,ou=groups,{SUFFIX}"
    described = change(sales, (REPLACE, "description", ("All",)))
    assert code(own_site, "admin", described, Equality("cn", "other")) is Code.ASSERTION_FAILED
    assert code(own_site, "admin", described, Equality("member", ADA)) is Code.SUCCESS


def test_a_search_and_a_compare_assert_of_their_base(asker: Asker) -> None:
    search = SearchRequest(f"ou=people,{SUFFIX}", Scope.ONE, Equality("uid", "ada"))
    assert code(asker.site, "ada", search, Equality("ou", "books")) is Code.ASSERTION_FAILED
    assert code(asker.site, "ada", search, Equality("ou", "people")) is Code.SUCCESS
    compare = CompareRequest(ADA, "uid", b"ada")
    assert code(asker.site, "ada", compare, Equality("sn", "nobody")) is Code.ASSERTION_FAILED
    assert code(asker.site, "ada", compare, Present("sn")) is Code.COMPARE_TRUE
    root = SearchRequest("", Scope.BASE, Present("objectClass"))
    assert code(asker.site, "ada", root, Equality("supportedLDAPVersion", "2")) is Code.ASSERTION_FAILED
    assert code(asker.site, "ada", root, Equality("supportedLDAPVersion", "3")) is Code.SUCCESS


def test_what_one_may_not_read_can_not_be_asserted(asker: Asker) -> None:
    compare = CompareRequest(ADA, "uid", b"ada")
    for wanted in (Equality("homePhone", ADA_HOME), Not(Equality("homePhone", "1")), Present("homePhone")):
        assert code(asker.site, "dov", compare, wanted) is Code.ASSERTION_FAILED
        assert code(asker.site, "ada", compare, wanted) is Code.COMPARE_TRUE


@pytest.mark.parametrize("bad", [None, b"", b"\x87", b"\x87\x01a\x00", b"\xa2\x00"])
def test_an_assertion_is_one_filter(bad: bytes | None) -> None:
    with pytest.raises(ProtocolError):
        assertion.read(Control(ASSERTION, value=bad))
