# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.entries import former_slugs, labels
from dirserver.store.rights import label_books
from tests.cast import CLIENTS, Company
from tests.parts import CoreParts


def test_a_name_stays_whose_it_was_last(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        book = writing.book(CLIENTS).book
        for name in ("VIP", "Old"):
            writing.add_label(writing.book(CLIENTS), name)
    with parts.store.writing() as tx:
        vip, old = (label.id for label in labels.listed(tx, book.id))
        label_books.add(tx, "vip", vip)
        assert not former_slugs.is_of_another(tx, "vip", old)
        assert label_books.drop(tx, "vip")
        former_slugs.keep(tx, "press")
        former_slugs.keep(tx, "press")
    with parts.store.reading() as tx:
        told = {
            (slug, label): former_slugs.is_of_another(tx, slug, label) for slug in ("vip", "press", "x\x00") for label in (vip, old, None)
        }
    assert [which for which, is_taken in told.items() if not is_taken] == [("vip", vip), *(("x\x00", label) for label in (vip, old, None))]
