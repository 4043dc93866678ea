# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.groups import categories_of, member_keys
from dirserver.card.reader import read
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Form
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from dirserver.model.profile import GroupDialect
from tests.cast import Company
from tests.parts import CoreParts

A, B = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
G = "99999999-0000-4000-8000-000000000009"


def contact(uid: str, name: str, more: str = "") -> str:
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid.upper()}\r\nFN:{name}\r\nN:{name};;;;\r\n{more}END:VCARD\r\n"


def group(name: str, *members: str) -> str:
    lines = "".join(f"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{uid.upper()}\r\n" for uid in members)
    return contact(G, name, f"X-ADDRESSBOOKSERVER-KIND:group\r\n{lines}")


def put(parts: CoreParts, company: Company, href: str, text: str) -> bool:
    with parts.directory.writing(company.ada) as writing:
        return writing.put(writing.book("~ada"), Href(href), read(text)).is_as_given


def labels_in(directory: Directory, company: Company) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What groups say and what contacts say: name of each label to the UIDs of its members."""
    by_group: dict[str, set[str]] = {}
    by_contact: dict[str, set[str]] = {}
    with directory.reading(company.ada) as reading:
        for each in reading.renderings(reading.book("~ada"), None):
            card = read(each.body)
            if card.kind == "group":
                by_group.setdefault(card.formatted_name, set()).update(member_keys(card))
            else:
                for name in categories_of(card):
                    by_contact.setdefault(name, set()).add(str(card.uid).lower())
    return {name: uids for name, uids in by_group.items() if uids}, by_contact


def test_a_group_card_labels_its_members_whichever_came_first(parts: CoreParts, company: Company) -> None:
    put(parts, company, "a.vcf", contact(A, "Ann"))
    assert put(parts, company, "g.vcf", group("Friends", A, B))
    put(parts, company, "b.vcf", contact(B, "Bob"))
    assert labels_in(parts.directory, company) == ({"Friends": {A, B}}, {"Friends": {A, B}})
    put(parts, company, "g.vcf", group("Pals", B))
    assert labels_in(parts.directory, company) == ({"Pals": {B}}, {"Pals": {B}})


def test_a_category_makes_a_label_and_taking_it_away_leaves_it(parts: CoreParts, company: Company) -> None:
    put(parts, company, "a.vcf", contact(A, "Ann", "CATEGORIES:Red\\, dark,Blue\r\n"))
    assert labels_in(parts.directory, company) == ({"Red, dark": {A}, "Blue": {A}},) * 2
    with parts.directory.writing(company.ada) as writing:
        uuid = writing.entry(writing.book("~ada"), "a.vcf").uuid
        writing.modify(uuid, [Modification("categories", Operation.REPLACE, ("Blue", "Green"))])
    assert labels_in(parts.directory, company) == ({"Green": {A}, "Blue": {A}},) * 2


def test_a_label_that_is_deleted_leaves_its_members_and_comes_back_with_them(parts: CoreParts, company: Company) -> None:
    put(parts, company, "a.vcf", contact(A, "Ann", "CATEGORIES:Blue\r\n"))
    put(parts, company, "g.vcf", group("Friends", A))
    with parts.directory.writing(company.ada) as writing:
        uuid = writing.entry(writing.book("~ada"), "g.vcf").uuid
        writing.trash(uuid)
    assert labels_in(parts.directory, company) == ({"Blue": {A}}, {"Blue": {A}})
    with parts.directory.writing(company.ada) as writing:
        writing.restore(uuid)
    assert labels_in(parts.directory, company) == ({"Blue": {A}, "Friends": {A}},) * 2


def test_who_is_in_the_trash_is_in_no_group_until_it_comes_back(parts: CoreParts, company: Company) -> None:
    put(parts, company, "a.vcf", contact(A, "Ann"))
    put(parts, company, "g.vcf", group("Friends", A))
    with parts.directory.writing(company.ada) as writing:
        uuid = writing.entry(writing.book("~ada"), "a.vcf").uuid
        writing.trash(uuid)
    assert labels_in(parts.directory, company) == ({}, {})
    with parts.directory.writing(company.ada) as writing:
        writing.restore(uuid)
    assert labels_in(parts.directory, company) == ({"Friends": {A}},) * 2


def test_undoing_a_batch_gives_back_a_label_with_its_members(parts: CoreParts, company: Company) -> None:
    put(parts, company, "a.vcf", contact(A, "Ann", "CATEGORIES:Blue\r\n"))
    with parts.directory.writing(company.ada) as writing:
        batch = writing.begin_batch("test", "")
        book = writing.book("~ada")
        writing.put(book, Href("a.vcf"), read(contact(A, "Ann")))
        writing.put(book, Href("g.vcf"), read(group("Friends", A)))
    assert labels_in(parts.directory, company) == ({"Friends": {A}},) * 2
    with parts.directory.writing(company.system) as writing:
        assert not writing.undo_batch(batch).skipped
    assert labels_in(parts.directory, company) == ({"Blue": {A}},) * 2


@pytest.mark.parametrize("dialect, groups, categories", [("apple", 1, 0), ("kind", 1, 0), ("categories", 0, 1), ("none", 0, 0)])
def test_each_dialect_is_told_in_its_own_words(parts: CoreParts, company: Company, dialect: str, groups: int, categories: int) -> None:
    put(parts, company, "a.vcf", contact(A, "Ann", "CATEGORIES:Blue\r\n"))
    with parts.directory.reading(company.ada) as reading:
        bodies = [each.body for each in reading.renderings(reading.book("~ada"), None, Form(groups=GroupDialect(dialect)))]
    assert sum(b"KIND:group" in body for body in bodies) == groups
    assert sum(b"CATEGORIES" in body for body in bodies) == categories
