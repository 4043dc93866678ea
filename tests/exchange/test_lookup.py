# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from uuid import UUID, uuid5

from dirserver.card.card import Card, Property, Version
from dirserver.exchange.lookup import Lookup
from dirserver.exchange.row import Row
from tests.cast import uuid_of
from tests.exchange.trade import OPERATOR, imported

CONTACT = b"BEGIN:VCARD\nVERSION:3.0\nUID:contact@phone\nFN:Contact\nEMAIL;TYPE=WORK:c@client.example\nEND:VCARD\n"


def test_a_chunk_of_rows_is_looked_up_at_once(company, parts):
    with parts.directory.reading(OPERATOR) as reading:
        lookup = Lookup(reading, reading.book("people"))
        lookup.prepare([Row(2, uuid_of("ada")), Row(3, name="BRUNO"), Row(4, values={"manager": ("chika",)})])
        assert lookup.by_uuid(uuid_of("ada")).name == "ada"
        assert lookup.by_name("bruno").uuid == uuid_of("bruno")
        assert lookup.by_name("dov") is None
        assert lookup.referred("Chika") == uuid_of("chika")
        lookup.prepare([])
        assert lookup.by_uuid(uuid_of("ada")) is None


def test_a_manager_may_be_named_by_mail_and_from_another_book(company, parts):
    with parts.directory.reading(OPERATOR) as reading:
        lookup = Lookup(reading, reading.book("people"))
        lookup.prepare([])
        assert lookup.referred("bruno@example.com") == uuid_of("bruno")
        assert lookup.referred("nobody@example.com") is None
        lookup = Lookup(reading, reading.book("clients"))
        lookup.prepare([Row(2, values={"manager": ("bruno",)})])
        assert lookup.referred("bruno") is None
        assert lookup.referred_elsewhere("bruno") == lookup.referred_elsewhere("bruno@example.com") == uuid_of("bruno")


def test_a_card_is_found_by_a_uid_that_is_no_uuid(company, parts):
    imported(parts.directory, CONTACT, "clients")
    card = Card(Version.V3, (Property("UID", "contact@phone"), Property("FN", "Contact")))
    with parts.directory.reading(OPERATOR) as reading:
        book = reading.book("clients")
        lookup = Lookup(reading, book)
        lookup.prepare([Row(1, card=card)])
        found = lookup.by_uid("contact@phone")
        assert found is not None
        assert found.uuid == str(uuid5(UUID(book.book.uuid), "contact@phone"))
        assert [entry.uuid for entry in lookup.with_mails(["C@client.example", "x@client.example"])] == [found.uuid]


def test_esme_finds_nobody_by_what_she_may_not_see(company, parts):
    with parts.directory.reading(company.esme) as reading:
        lookup = Lookup(reading, reading.book("people"))
        lookup.prepare([])
        assert lookup.referred("ada@example.com") is None
        assert lookup.with_mails(["ada@example.com"]) == ()
