# SPDX-License-Identifier: GPL-3.0-or-later
"""What took other LDAP servers down or let somebody through, asked here; deep filters: ``wire/test_decode.py``, ``test_hostile.py``."""

from __future__ import annotations

from dirserver.ldap.session import Site
from dirserver.ldap.wire.message import Code, DeleteRequest, Operation, Scope, SearchRequest
from dirserver.model.filter import Equality, Present, Substrings
from tests.ldap.answers import Answered, acting_as, answered
from tests.ldap.conftest import SUFFIX, Asker
from tests.ldap.test_acting import trusting
from tests.ldap.writing import ADA, PEOPLE, REPLACE, change, tell

LONG = "x" * 1_000_000


def ask(site: Site, who: str, operation: Operation) -> Answered:
    return answered(site, Asker(site).session(who), operation)


def test_cve_2012_1164_names_alone_are_told_of_what_may_be_seen(site: Site) -> None:
    """OpenLDAP fell over a search for names of attributes alone."""
    for asked in ((), ("*", "+"), ("1.1",), ("mobile", "homePhone", "nothing-like-it", "cn;lang-en")):
        (entry,) = ask(site, "esme", SearchRequest(ADA, Scope.BASE, Present("objectClass"), asked, types_only=True)).entries
        assert "homePhone" not in entry.attributes
        assert not [values for values in entry.attributes.values() if values]


def test_cve_2020_25709_and_25710_an_assertion_that_is_nothing_finds_nothing(site: Site) -> None:
    """OpenLDAP's normalisers fell over values that they didn't expect."""
    for name in ("createTimestamp", "modifyTimestamp", "entryUUID", "entryCSN", "jpegPhoto", "member", "userCertificate"):
        for value in ("", "\0", "#", "20200101", "cn=", ",", "{", "'" * 200):
            assert ask(site, "dov", SearchRequest(SUFFIX, Scope.SUBTREE, Equality(name, value))).names == [], (name, value)


def test_389ds_2720_a_very_long_value_finds_nothing(site: Site) -> None:
    for filter_ in (Equality("cn", LONG), Equality("mail", LONG), Substrings("cn", any_=(LONG,)), Present(LONG)):
        answer = ask(site, "dov", SearchRequest(SUFFIX, Scope.SUBTREE, filter_))
        assert answer.entries == []
        assert answer.code in {Code.SUCCESS, Code.ADMIN_LIMIT_EXCEEDED}


def test_cve_2013_4283_a_broken_name_is_told_as_one(site: Site) -> None:
    """389 Directory Server fell over a modify of such a name."""
    for name in ("uid", "=x", "uid=ada,,dc=com", "uid=ada+", "uid=\\zz", "uid=#zz", "\\", "uid=ada,", '"', LONG):
        for operation in (change(name, (REPLACE, "title", ("x",))), DeleteRequest(name)):
            assert tell(site, "admin", operation).code == Code.INVALID_DN_SYNTAX, name[:20]


def test_cve_2019_13057_nobody_acts_as_an_administrator_or_in_another_tree(site: Site) -> None:
    """OpenLDAP: who administered one tree acted as anybody of another."""
    site = trusting(site, "printer", "admin")
    asked = change(ADA, (REPLACE, "title", ("x",)))
    for name in ("u:admin", f"dn:uid=admin,{PEOPLE}"):
        assert answered(site, Asker(site).session("printer"), asked, acting_as(name)).code is not Code.SUCCESS
    for name in ("dc=other,dc=org", "uid=ada,dc=other,dc=org", "cn=config"):
        assert ask(site, "admin", SearchRequest(name, Scope.SUBTREE, Present("objectClass"))).code is Code.NO_SUCH_OBJECT
