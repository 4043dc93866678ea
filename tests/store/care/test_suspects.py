# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.book import BookKind
from dirserver.model.principal import Principal
from dirserver.store.care import suspects
from dirserver.store.care.suspects import Mark
from tests.cast import CLIENTS, make_company, uuid_of
from tests.parts import open_parts


def test_keys_lead_to_their_holders_and_marks_are_kept(copied_url):
    parts = open_parts(copied_url)
    make_company(parts)
    with parts.directory.reading(Principal.system()) as reading:
        book, people = reading.book(CLIENTS).book, reading.book("people").book
        assert book.kind is BookKind.SHARED
    with parts.store.writing() as tx:
        ids = suspects.all_ids(tx, book.id, 0, 10)
        assert set(suspects.uuids_of(tx, ids)) == {uuid_of(name) for name in ("Acme GmbH", "Żuraw sp. z o.o.", "Ñandú S.A.")}
        assert [number for number, _ in suspects.holding_mail(tx, book.id, "info@client.example", 10)] == list(ids)
        assert len(suspects.holding_mail(tx, book.id, "info@client.example", 2)) == 2
        assert suspects.holding_name(tx, book.id, "acme gmbh", 10) == [(ids[0], suspects.looked(tx, ids)[0].sort_key)]
        assert len(suspects.holding_mobile(tx, people.id, "1515550101", 10)) == 1
        assert suspects.holding_mobile(tx, book.id, "1515550101", 10) == []
        assert suspects.mark(tx, book.id) is None
        for number in (1, 2):
            suspects.set_mark(tx, book.id, Mark(number, 7, book.epoch))
        assert suspects.mark(tx, book.id) == Mark(2, 7, book.epoch)
    parts.close()
