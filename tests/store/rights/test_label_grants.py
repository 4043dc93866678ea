# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.store.engine import counters
from dirserver.store.entries import labels
from dirserver.store.rights import label_books, label_grants, teams
from tests.cast import CLIENTS, Company, uuid_of
from tests.parts import CoreParts

GIVEN = Grant(CLIENTS, Subject.parse("group:sales"), Level.EDIT, ("public", "*"), ("title", "x-ödd"), "VIP")


def test_a_grant_on_a_label_comes_back_as_it_was_given_and_goes_with_the_label(parts: CoreParts, company: Company) -> None:
    values = {"cn": ("Client",), "categories": ("VIP",)}
    with parts.directory.writing(company.system) as writing:
        writing.add(writing.book(CLIENTS), Draft(from_attributes(values, uid=uuid_of("client"))))
    with parts.store.writing() as tx:
        before = counters.access_number(tx)
        (label,) = labels.named(tx, _clients(parts, company), ("VIP",))
        label_books.add(tx, "vip", label.id)
        label_grants.put(tx, label.id, GIVEN)
        label_grants.put(tx, label.id, GIVEN)
        assert label_grants.listed(tx) == (label_grants.LabelGrant(label.id, CLIENTS.__class__("vip"), GIVEN),)
        assert counters.access_number(tx) > before
        assert label_grants.is_any_on(tx, label.id)
        sales = teams.by_key(tx, "sales")
        assert sales is not None
        assert teams.is_leaned_on(tx, sales.id)
        asked = [uuid_of("client"), uuid_of("ada"), "\x00"]
        assert label_grants.carried(tx, (label.id, 999), asked) == {uuid_of("client"): frozenset({label.id})}
        assert label_grants.carried(tx, (), asked) == {}
    with parts.directory.writing(company.system) as writing:
        writing.trash(label.row.uuid)
    with parts.store.reading() as tx:
        assert len(label_grants.listed(tx)) == 1, "a label comes back from the trash with its grants"
        assert label_grants.carried(tx, (label.id,), asked) == {}
    with parts.directory.writing(company.system) as writing:
        writing.purge(label.row.uuid)
    with parts.store.reading() as tx:
        assert label_grants.listed(tx) == ()


def _clients(parts: CoreParts, company: Company) -> int:
    with parts.directory.reading(company.system) as reading:
        return reading.book(CLIENTS).book.id
