# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.tree.dit import BookPlace, EntryPlace, Fixed, GroupPlace, Place, Tree, read_dn
from dirserver.ldap.tree.errors import InvalidName
from dirserver.model.dn import DN
from dirserver.model.names import Slug

TREE = Tree(DN.parse("dc=example,dc=com"))
PEOPLE, CLIENTS = Slug("people"), Slug("clients")


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("", Fixed.ROOT),
        ("cn=Subschema", Fixed.SUBSCHEMA),
        ("CN=subschema", Fixed.SUBSCHEMA),
        ("dc=example,dc=com", Fixed.SUFFIX),
        ("DC=Example, DC=COM", Fixed.SUFFIX),
        ("ou=people,dc=example,dc=com", BookPlace(PEOPLE)),
        ("OU=People , dc=example,dc=com", BookPlace(PEOPLE)),
        ("uid=ada,ou=people,dc=example,dc=com", EntryPlace(PEOPLE, "ada")),
        ("userid=ada,ou=people,dc=example,dc=com", EntryPlace(PEOPLE, "ada")),
        ("cn=Ada L.,ou=people,dc=example,dc=com", EntryPlace(PEOPLE, "Ada L.", is_by_cn=True)),
        ("ou=books,dc=example,dc=com", Fixed.BOOKS),
        ("ou=Clients,ou=books,dc=example,dc=com", BookPlace(CLIENTS)),
        ("uid=x1,ou=clients,ou=books,dc=example,dc=com", EntryPlace(CLIENTS, "x1")),
        ("ou=groups,dc=example,dc=com", Fixed.GROUPS),
        ("cn=sales,ou=groups,dc=example,dc=com", GroupPlace("sales")),
        ("dc=com", None),
        ("dc=other,dc=com", None),
        ("ou=elsewhere,dc=example,dc=com", None),
        ("cn=people,dc=example,dc=com", None),
        ("sn=ada,ou=people,dc=example,dc=com", None),
        ("cn=x,uid=ada,ou=people,dc=example,dc=com", None),
        ("uid=sales,ou=groups,dc=example,dc=com", None),
        ("uid=ada+cn=Ada,ou=people,dc=example,dc=com", None),
        ("ou=people,ou=books,dc=example,dc=com", None),
        ("ou=~ada,ou=books,dc=example,dc=com", None),
        ("uid=x,ou=~ada,ou=books,dc=example,dc=com", None),
        ("cn=x,ou=books,dc=example,dc=com", None),
    ],
)
def test_what_a_name_names(text: str, wanted: Place | None) -> None:
    assert TREE.locate(DN.parse(text)) == wanted


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.sampled_from([PEOPLE, CLIENTS]), names)
def test_names_that_we_write_lead_back(slug: Slug, name: str) -> None:
    assert TREE.locate(DN.parse(TREE.entry_dn(slug, name))) == EntryPlace(slug, name)
    assert TREE.locate(DN.parse(TREE.book_dn(slug))) == BookPlace(slug)
    assert TREE.locate(DN.parse(TREE.group_dn(name))) == GroupPlace(name)


def test_what_is_no_name_has_its_own_error() -> None:
    with pytest.raises(InvalidName):
        read_dn("no dn")


def test_a_suffix_may_be_of_any_kind() -> None:
    tree = Tree(DN.parse("o=Example Corp,c=DE"))
    assert tree.locate(DN.parse("uid=ada,ou=people,o=example corp,c=de")) == EntryPlace(PEOPLE, "ada")
    assert tree.account_dn("ada") == "uid=ada,ou=people,o=Example Corp,c=DE"
