# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pytest
from sqlalchemy import select, update

from dirserver.card.card import Card
from dirserver.card.packed import unpack
from dirserver.card.reader import read
from dirserver.directory.ledger.drafting import indexed
from dirserver.directory.views.entry import Put
from dirserver.errors import UidTaken
from dirserver.model.names import Href
from dirserver.store.care import soundness
from dirserver.store.entries import books, entries
from dirserver.store.entries.index import key
from dirserver.store.schema.tables import entry, value
from tests.cast import Company
from tests.parts import CoreParts

NINA = Href("n.vcf")
OCTETS = base64.b64encode(b"\xff\xd8\xff not really a photo.").decode()


def card(*lines: str, version: str = "3.0") -> Card:
    return read("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", "UID:n-1", "FN:Nina", "N:;Nina;;;", *lines, "END:VCARD", ""]))


def put(parts: CoreParts, company: Company, made: Card) -> Put:
    with parts.directory.writing(company.ada) as writing:
        return writing.put(writing.book("~ada"), NINA, made)


def test_a_photo_is_given_back_as_given_only_if_its_text_is_the_same(parts: CoreParts, company: Company) -> None:
    photo = f"PHOTO;ENCODING=b;TYPE=JPEG:{OCTETS}"
    assert put(parts, company, card(photo)).is_as_given
    assert put(parts, company, card(photo, "TEL:1")).is_as_given
    assert not put(parts, company, card(photo.rstrip("="), "TEL:2")).is_as_given
    assert put(parts, company, card("TEL:2")).is_as_given


def test_of_the_index_only_what_changed_is_written_and_it_stays_sound(parts: CoreParts, company: Company) -> None:
    for lines in (["TEL:+49 30 123456", "NOTE:" + "x" * 500], ["TEL:+49 30 123457", "NOTE:" + "x" * 501], ["TITLE:Chief"], []):
        put(parts, company, card(*lines))
        with parts.store.reading() as tx:
            assert soundness.faults(tx) == ()
            stored = entries.held(tx, books.by_slug(tx, "~ada").id, NINA)
            found = tx.connection.execute(select(value.c.attribute, value.c.norm).where(value.c.entry_id == stored.id))
            wanted = indexed(stored.id, stored.row, unpack(stored.row.card)).values
            assert {tuple(row) for row in found} == {(attribute, key(norm)) for attribute, norm in wanted}
    with parts.store.reading() as tx:
        assert [one.revision for one in entries.past(tx, stored.id)] == [3, 2, 1]
        assert stored.row.revision == 4


def test_who_sends_back_the_uid_that_was_shown_may_go_on(parts: CoreParts, company: Company) -> None:
    """Also where the row was found by another one, as a database may have come to be by other ways than this one."""
    put(parts, company, card())
    with parts.store.writing() as tx:
        tx.connection.execute(update(entry).where(entry.c.href == NINA).values(uid="another"))
    put(parts, company, card("TEL:1"))
    with parts.directory.writing(company.ada) as writing, pytest.raises(UidTaken):
        writing.put(writing.book("~ada"), NINA, card().with_uid("else"))
