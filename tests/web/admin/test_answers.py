# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from flask import Flask

from dirserver.errors import NotFound
from dirserver.model.principal import Principal
from dirserver.web.admin.answers import book_or_entry, decided_by, reasons
from dirserver.wiring import Parts
from tests.cast import uuid_of


def test_a_book_is_asked_about_by_its_slug_and_an_entry_by_book_and_name_or_uuid(parts: Parts):
    with parts.directory.reading(Principal.system()) as reading:
        book, entry = book_or_entry(reading, "clients")
        assert (book.slug, entry) == ("clients", None)
        for text in ("people/ada", uuid_of("ada")):
            book, entry = book_or_entry(reading, text)
            assert (book.slug, entry.uuid) == ("people", uuid_of("ada"))
        for text in ("people/nobody-there", "nobody-there", "nowhere/ada"):
            with pytest.raises(NotFound):
                book_or_entry(reading, text)


def test_what_an_answer_rests_on_is_said_in_sentences(app: Flask, parts: Parts):
    with parts.directory.reading(Principal.system()) as reading, app.test_request_context():
        people = reading.book("people")
        said = {login: reasons(reading.may(parts.identity.account(login).id, people).in_general()) for login in ("admin", "chika")}
        nobody = reasons(reading.may(None, people).in_general())
        assert decided_by(["a", "b"]) == ("Decided by: a; b.",)
    assert said["admin"] == ("Administrators may do everything in every shared book.",)
    assert said["chika"] == ("Decided by: hr (may also delete).", "Passed over, because that is closer: Everybody with an account.")
    assert nobody == ("No grant fits, so nothing shows.",)
