# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from flask import Flask

from dirserver.model.audit import Action
from dirserver.web.admin.deeds import credential_name, deed_name


def test_each_deed_has_words_of_its_own(app: Flask):
    with app.test_request_context("/"):
        words = {deed_name(action) for action in Action}
        assert len(words) == len(Action)
        assert not words & set(Action)
        assert deed_name("of-another-version") == "of-another-version"


def test_a_credential_is_called_by_words(app: Flask):
    with app.test_request_context("/"):
        assert credential_name("device password 7") == "device password 7"
        assert credential_name("token 3") == "API token 3"
        assert credential_name("session") == "browser session"
        assert credential_name("something else") == "something else"
