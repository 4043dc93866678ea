# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter

import phonenumbers

from dirserver.card.fields import attributes
from dirserver.card.validate import validate
from dirserver.demo.contacts import make_contacts


def test_contacts_are_the_same_each_time_and_their_own_in_each_book():
    assert make_contacts("clients", 120) == make_contacts("clients", 120)
    both = [*make_contacts("clients", 120), *make_contacts("suppliers", 80)]
    assert len({contact.uuid for contact in both}) == 200
    assert len({contact.name for contact in make_contacts("clients", 120)}) == 120


def test_each_has_an_organization_that_is_a_contact_too():
    contacts = make_contacts("clients", 120)
    kinds = Counter(contact.card.kind for contact in contacts)
    assert kinds["org"] > 25
    organizations = {attributes(contact.card)["o"][0] for contact in contacts if contact.card.kind == "org"}
    assert {attributes(contact.card)["o"][0] for contact in contacts} == organizations


def test_every_card_can_be_stored_and_every_number_dialled():
    for contact in make_contacts("suppliers", 80):
        validate(contact.card)
        assert contact.card.uid == contact.uuid
        for number in attributes(contact.card)["telephoneNumber"]:
            assert phonenumbers.is_valid_number(phonenumbers.parse(number))


def test_there_is_something_for_readers_to_trip_over():
    cards = [contact.card for contact in make_contacts("clients", 120)]
    assert {str(card.version) for card in cards} == {"3.0", "4.0"}
    assert any(card.first("X-ABLabel") for card in cards)
    assert any("\n" in note for card in cards for note in attributes(card).get("description", ()))
