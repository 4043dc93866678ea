# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

from dirserver.care.reviews import Reviews
from dirserver.config import CareSettings
from dirserver.model.principal import Principal
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import open_store
from tests.cast import uuid_of

DAY_S = 86_400


def test_stewards_are_told_every_two_months_what_lies_in_the_trash_and_what_of_it_goes_when(parts, company, copied_url):
    with parts.directory.writing(Principal.system()) as writing:
        writing.trash(uuid_of("Acme GmbH"))
        writing.trash(uuid_of("zoe"))
    store = open_store(copied_url, has_mail=True)
    settings = CareSettings(trash_days=90)
    reviews = Reviews(store, settings, clock=parts.clock)

    def told(login):
        with store.reading() as tx:
            return [(row.matter, row.count, row.said().get("book")) for row in outbox.listed(tx) if row.login == login]

    assert Reviews(parts.store, settings, clock=parts.clock).tell() == 0
    assert reviews.tell() == 2
    assert reviews.tell() == 0
    assert told("chika") == [("trash-review", 1, "People")]
    assert told("ada") == told("bruno") == [("trash-review", 1, "Clients")]
    parts.clock.pass_s(60 * DAY_S)
    assert reviews.tell() == 2
    assert told("chika")[0] == ("trash-due", 1, "People")
    parts.clock.pass_s(60 * DAY_S)
    assert Reviews(store, replace(settings, trash_review_days=0), clock=parts.clock).tell() == 0
    store.close()
