# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.reading import Reading
from dirserver.ldap.session import Site
from dirserver.ldap.tree.containers import containers_of, nearest_existing
from dirserver.ldap.tree.dit import BookPlace, Fixed, Place, Tree
from dirserver.ldap.wire.message import Scope
from dirserver.model.dn import DN
from dirserver.model.names import Slug
from dirserver.model.principal import Door
from tests.cast import principal
from tests.ldap.conftest import SUFFIX

UNITS = [f"ou={name},{SUFFIX}" for name in ("people", "books", "groups")]
CLIENTS = f"ou=clients,ou=books,{SUFFIX}"


@pytest.mark.parametrize(
    "place, scope, wanted",
    [
        (Fixed.SUFFIX, Scope.BASE, [SUFFIX]),
        (Fixed.SUFFIX, Scope.ONE, UNITS),
        (Fixed.SUFFIX, Scope.SUBTREE, [SUFFIX, *UNITS, CLIENTS]),
        (Fixed.BOOKS, Scope.BASE, [UNITS[1]]),
        (Fixed.BOOKS, Scope.ONE, [CLIENTS]),
        (Fixed.BOOKS, Scope.SUBTREE, [UNITS[1], CLIENTS]),
        (Fixed.GROUPS, Scope.BASE, [UNITS[2]]),
        (Fixed.GROUPS, Scope.ONE, []),
        (BookPlace(Slug("people")), Scope.BASE, [UNITS[0]]),
        (BookPlace(Slug("people")), Scope.ONE, []),
        (BookPlace(Slug("clients")), Scope.SUBTREE, [CLIENTS]),
        (BookPlace(Slug("missing")), Scope.SUBTREE, []),
    ],
)
def test_what_a_scope_covers(site: Site, ada_reads: Reading, place: Place, scope: Scope, wanted: list[str]) -> None:
    assert [entry.dn for entry in containers_of(ada_reads, site.tree, place, scope)] == wanted


def test_esme_sees_no_container_of_what_is_hidden_from_her(site: Site) -> None:
    with site.directory.reading(principal(site.identity, "esme", Door.LDAP)) as reading:
        assert [entry.dn for entry in containers_of(reading, site.tree, Fixed.SUFFIX, Scope.SUBTREE)] == [SUFFIX, *UNITS]
        assert nearest_existing(reading, site.tree, DN.parse(f"uid=x,{CLIENTS}")) == UNITS[1]


@pytest.mark.parametrize(
    "text, wanted",
    [
        (f"uid=x,ou=people,{SUFFIX}", UNITS[0]),
        (f"cn=deep,uid=ada,ou=people,{SUFFIX}", f"uid=ada,ou=people,{SUFFIX}"),
        (f"cn=deep,uid=x,ou=people,{SUFFIX}", UNITS[0]),
        (f"cn=deep,cn=sales,ou=groups,{SUFFIX}", f"cn=sales,ou=groups,{SUFFIX}"),
        (f"uid=x,ou=~ada,ou=books,{SUFFIX}", UNITS[1]),
        ("dc=other,dc=com", ""),
        ("dc=com", ""),
    ],
)
def test_the_nearest_name_that_exists(site: Site, ada_reads: Reading, text: str, wanted: str) -> None:
    assert nearest_existing(ada_reads, site.tree, DN.parse(text)) == wanted


@pytest.mark.parametrize("suffix, kind", [("o=Example", "organization"), ("ou=x,dc=y", "organizationalUnit"), ("dc=y", "organization")])
def test_the_suffix_is_an_entry_of_its_kind(ada_reads: Reading, suffix: str, kind: str) -> None:
    (entry,) = containers_of(ada_reads, Tree(DN.parse(suffix)), Fixed.SUFFIX, Scope.BASE)
    values = {attribute.name: attribute.values for attribute in entry.attributes}
    assert values["structuralObjectClass"] == (kind,)
    assert values[suffix.partition("=")[0]] == (suffix.partition("=")[2].partition(",")[0],)
