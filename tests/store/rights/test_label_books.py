# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.reader import read
from dirserver.model.names import Href
from dirserver.store.engine import counters
from dirserver.store.entries import entries, labels, lists
from dirserver.store.rights import label_books
from tests.cast import Company
from tests.directory.groups.test_labelling import A, B, contact, group
from tests.parts import CoreParts


def test_a_label_is_found_by_its_name_while_it_is_active_and_restricts_what_is_in_reach(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        book = writing.book("~ada")
        for href, text in (("a.vcf", contact(A, "Ann")), ("b.vcf", contact(B, "Bob")), ("g.vcf", group("Friends", A))):
            writing.put(book, Href(href), read(text))
    with parts.store.writing() as tx:
        before = counters.access_number(tx)
        (label,) = labels.listed(tx, book.book.id)
        label_books.add(tx, "friends", label.id)
        assert counters.access_number(tx) > before
    with parts.store.reading() as tx:
        assert label_books.by_slug(tx, "friends") == label_books.LabelBook("friends", label.id, "Friends", book.book.id)
        assert label_books.listed(tx) == (label_books.by_slug(tx, "friends"),)
        assert label_books.by_slug(tx, "a\x00") is None
        reach = entries.Reach(is_whole=True, label=label.id)
        assert [row.href for row in lists.whole(tx, book.book.id, reach)] == ["a.vcf"]
        assert [row.href for row in lists.named(tx, book.book.id, reach, ["a.vcf", "b.vcf"])] == ["a.vcf"]
        assert set(lists.gone(tx, book.book.id, reach, -1)) == set(), "what was never in it is no news to who follows it"
        assert entries.count(tx, book.book.id, reach) == 1
    with parts.directory.writing(company.ada) as writing:
        writing.trash(writing.entry(book, "g.vcf").uuid)
    with parts.store.writing() as tx:
        assert label_books.by_slug(tx, "friends") is None
        assert label_books.drop(tx, "friends")
        assert not label_books.drop(tx, "friends")
