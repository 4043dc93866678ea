# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.cast import uuid_of
from tests.radicale_dirserver.wsgi import C, D, Door, vcard

DATA = f"{C}address-data"


def test_a_listing_with_cards_is_the_same_as_one_without_but_for_the_cards(door: Door):
    for number in range(3):
        door.ask("PUT", f"/ada/contacts/{number}.vcf", vcard(f"u{number}"))
    short = door.propfind("/ada/contacts/", f"{D}getetag", depth="1").rows[1:]
    long = door.propfind("/ada/contacts/", f"{D}getetag", DATA, f"{D}getcontentlength", depth="1").rows[1:]
    assert [(row.path, row.text(f"{D}getetag")) for row in short] == [(row.path, row.text(f"{D}getetag")) for row in long]
    assert [row.text(DATA).count("UID:") for row in long] == [1, 1, 1]


def test_entries_of_a_personal_book_have_an_owner_and_may_be_written(door: Door):
    door.ask("PUT", "/ada/contacts/1.vcf", vcard("u1"))
    row = door.propfind("/ada/contacts/", f"{D}owner", f"{D}current-user-privilege-set", depth="1").rows[1]
    assert row.hrefs(f"{D}owner") == ["/dav/ada/"]
    assert f"{D}write-content" in row.names_in(f"{D}current-user-privilege-set")


def test_an_entry_has_the_id_that_it_has_everywhere(door: Door):
    row = door.propfind(f"/ada/people/{uuid_of('zoe')}.vcf", f"{D}resource-id").rows[0]
    assert row.hrefs(f"{D}resource-id") == [f"urn:uuid:{uuid_of('zoe')}"]
