# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.directory.reading import Reading
from dirserver.ldap.session import Site
from dirserver.ldap.tree.dit import EntryPlace, GroupPlace
from dirserver.ldap.tree.places import find_book, find_entry, find_group, listed_books
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from tests.cast import PEOPLE, principal


@pytest.mark.parametrize(
    "place, name",
    [
        (EntryPlace(PEOPLE, "ada"), "ada"),
        (EntryPlace(PEOPLE, "ADA"), "ada"),
        (EntryPlace(PEOPLE, "bruno konigsmann", is_by_cn=True), "bruno"),
        (EntryPlace(PEOPLE, "nobody"), None),
        (EntryPlace(PEOPLE, "nobody", is_by_cn=True), None),
        (EntryPlace(Slug("missing"), "ada"), None),
        (EntryPlace(Slug("~ada"), "Only Adas", is_by_cn=True), None),
    ],
)
def test_entries_by_either_name(ada_reads: Reading, place: EntryPlace, name: str | None) -> None:
    found = find_entry(ada_reads, place)
    assert (None if found is None else found.name) == name


def test_personal_books_have_no_place(ada_reads: Reading) -> None:
    assert find_book(ada_reads, Slug("~ada")) is None
    assert [view.slug for view in listed_books(ada_reads)] == ["people", "clients"]


def test_groups_are_not_for_nobody(site: Site, ada_reads: Reading) -> None:
    found = find_group(ada_reads, GroupPlace("SALES"))
    assert found is not None
    assert found.name == "sales"
    assert find_group(ada_reads, GroupPlace("missing")) is None
    with site.directory.reading(Principal.anonymous(Door.LDAP)) as reading:
        assert find_group(reading, GroupPlace("sales")) is None


def test_what_is_hidden_is_missing(site: Site) -> None:
    with site.directory.reading(principal(site.identity, "esme", Door.LDAP)) as reading:
        assert find_book(reading, Slug("clients")) is None
