# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from dirserver.identity.strength import Weakness, WeakPassword
from dirserver.web.entrance.choosing import ChoosingForm, explain


@pytest.mark.parametrize("weakness", Weakness)
def test_every_weakness_is_explained(app: Flask, weakness: Weakness):
    form = ChoosingForm(MultiDict({"password": "x", "again": "x"}))
    with app.test_request_context(headers={"Accept-Language": "pl"}):
        explain(form, WeakPassword(weakness, 15))
    (told,) = form.password.errors
    assert told
    assert not told.startswith("This")
