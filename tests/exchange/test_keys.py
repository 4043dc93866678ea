# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from uuid import UUID

from dirserver.card.card import Card, Property, Version
from dirserver.exchange.keys import By, Keys
from dirserver.exchange.row import Row

ADA = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"
TREE = "ou=people,dc=example,dc=com"


def test_what_comes_twice_is_told_with_the_first_line():
    keys = Keys()
    assert keys.take(Row(2, ADA, "ada")) is None
    assert keys.take(Row(3, None, "bruno")) is None
    assert keys.take(Row(4, ADA, "chika")) == (By.UUID, 2)
    assert keys.take(Row(5, None, "BRUNO")) == (By.NAME, 3)
    assert keys.take(Row(6, dn=f"uid=dov,{TREE}")) is None
    assert keys.take(Row(7, dn=f"UID=Dov, {TREE}")) == (By.DN, 6)


def test_a_card_is_known_by_its_uid():
    keys = Keys()
    card = Card(Version.V3, (Property("UID", "ada@phone"), Property("FN", "Ada")))
    assert keys.take(Row(1, card=card)) is None
    assert keys.take(Row(9, card=card)) == (By.UID, 1)


def test_a_row_has_the_same_uuid_in_each_pass():
    keys = Keys()
    given, made = Row(2, ADA), Row(3)
    keys.take(given)
    assert keys.uuid_for(given) == keys.uuid_at(2) == ADA
    assert keys.uuid_for(made) == keys.uuid_at(3)
    assert UUID(keys.uuid_for(made)).version == 5
    assert Keys().uuid_at(3) != keys.uuid_at(3)


def test_a_row_is_found_by_what_it_is_called():
    keys = Keys()
    keys.take(Row(2, None, "Łukasz", {"mail": ("lukasz@example.com",)}, dn=f"cn=Łukasz,{TREE}"))
    assert keys.line_of(By.NAME, "lukasz") == 2
    assert keys.line_of(By.MAIL, "LUKASZ@example.com") == 2
    assert keys.line_of(By.DN, f"CN=lukasz, {TREE}") == 2
    assert keys.line_of(By.NAME, "nobody") is None


def test_an_address_of_two_people_names_nobody_and_is_no_fault():
    keys = Keys()
    for line in (2, 3, 4):
        assert keys.take(Row(line, values={"mail": ("office@example.com",)})) is None
    assert keys.line_of(By.MAIL, "office@example.com") is None


def test_thousands_of_rows_are_told_apart_and_found():
    keys = Keys()
    uuids = {line: str(UUID(int=line * 7919)) if line % 3 else None for line in range(2, 9_000)}
    for line, uuid in uuids.items():
        assert keys.take(Row(line, uuid, f"p{line}", {"mail": (f"p{line}@example.com",)})) is None
    for line, uuid in uuids.items():
        assert keys.line_of(By.NAME, f"P{line}") == line
        assert keys.uuid_at(line) == uuid or uuid is None
    assert keys.take(Row(9_000, uuids[8_000], "p77")) in ((By.UUID, 8_000), (By.NAME, 77))
