# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.cast import uuid_of
from tests.web.aging import age


def test_who_looks_after_a_book_sees_what_nobody_confirmed_and_who_knows_confirms_it(chika, ada, parts):
    age(parts)
    page = chika.ok("GET", "/books/people/unconfirmed?limit=2")
    assert (page["count"], len(page["items"]), page["items"][0]["times"]) == (8, 2, 0)
    ada.refused("GET", "/books/people/unconfirmed", 403)
    ada.refused("POST", "/people/bruno/confirm", 403)
    assert ada.ok("POST", f"/people/{uuid_of('ada')}/confirm")["confirmed_at"] is not None
    assert chika.ok("GET", "/books/people/unconfirmed")["count"] == 7
