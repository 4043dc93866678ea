# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.reading import Reading
from dirserver.ldap.reach import Reach, Reaches
from dirserver.ldap.session import Site
from dirserver.ldap.tree.dit import BookPlace, EntryPlace, Fixed, GroupPlace, Place
from dirserver.ldap.wire.message import Scope
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from tests.cast import CLIENTS, PEOPLE, principal, uuid_of


def of(site: Site, who: str, place: Place, scope: Scope) -> Reach | None:
    with site.directory.reading(principal(site.identity, who, Door.LDAP)) as reading:
        return site.reaches.of(reading, place, scope)


@pytest.mark.parametrize(
    "place, scope, held, books",
    [
        (Fixed.SUFFIX, Scope.BASE, 1, ()),
        (Fixed.SUFFIX, Scope.ONE, 3, ()),
        (Fixed.SUFFIX, Scope.SUBTREE, 8, (PEOPLE, CLIENTS)),
        (Fixed.BOOKS, Scope.ONE, 1, ()),
        (Fixed.BOOKS, Scope.SUBTREE, 2, (CLIENTS,)),
        (Fixed.GROUPS, Scope.BASE, 1, ()),
        (Fixed.GROUPS, Scope.ONE, 3, ()),
        (Fixed.GROUPS, Scope.SUBTREE, 4, ()),
        (BookPlace(PEOPLE), Scope.BASE, 1, ()),
        (BookPlace(PEOPLE), Scope.ONE, 0, (PEOPLE,)),
        (BookPlace(PEOPLE), Scope.SUBTREE, 1, (PEOPLE,)),
        (GroupPlace("sales"), Scope.SUBTREE, 1, ()),
        (GroupPlace("sales"), Scope.ONE, 0, ()),
        (Fixed.ROOT, Scope.BASE, 1, ()),
        (Fixed.SUBSCHEMA, Scope.ONE, 0, ()),
    ],
)
def test_what_a_scope_covers(site: Site, place: Place, scope: Scope, held: int, books: tuple[Slug, ...]) -> None:
    for _ in range(2):
        found = of(site, "dov", place, scope)
        assert found is not None
        assert (len(found.held), found.books, found.one) == (held, books, None)


def test_one_entry(site: Site) -> None:
    place = EntryPlace(PEOPLE, "ada")
    assert of(site, "dov", place, Scope.BASE) == of(site, "dov", place, Scope.SUBTREE) == Reach(one=(PEOPLE, uuid_of("ada")))
    assert of(site, "dov", place, Scope.ONE) == Reach()


@pytest.mark.parametrize("place", [EntryPlace(PEOPLE, "nobody"), GroupPlace("nobody"), BookPlace(Slug("nothing"))])
def test_what_is_not_there(site: Site, place: Place) -> None:
    assert of(site, "dov", place, Scope.SUBTREE) is None


def test_what_one_may_see_is_never_remembered_for_another(site: Site) -> None:
    assert of(site, "dov", BookPlace(CLIENTS), Scope.SUBTREE) is not None
    assert of(site, "esme", BookPlace(CLIENTS), Scope.SUBTREE) is None


def test_what_is_remembered_follows_every_change(site: Site, ada_reads: Reading) -> None:
    def groups() -> list[str]:
        found = of(site, "dov", Fixed.GROUPS, Scope.ONE)
        assert found is not None
        return [entry.dn.partition(",")[0] for entry in found.held]

    before = groups()
    with site.directory.writing(Principal.system()) as writing:
        writing.add_group("brand new")
    try:
        assert sorted(groups()) == sorted([*before, "cn=brand new"])
        with site.directory.writing(Principal.system()) as writing:
            writing.add_member("brand new", uuid_of("zoe"))
        found = of(site, "dov", GroupPlace("brand new"), Scope.BASE)
        assert found is not None
        assert "uid=zoe" in str(found.held[0].attributes)
    finally:
        with site.directory.writing(Principal.system()) as writing:
            writing.drop_group("brand new")
    assert groups() == before


def test_only_so_many_are_remembered(site: Site, ada_reads: Reading) -> None:
    reaches = Reaches(site.tree)
    for number in range(200):
        reaches.of(ada_reads, BookPlace(Slug(f"book-{number}")), Scope.BASE)
    assert len(reaches._known) <= 128
