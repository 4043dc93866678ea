# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.web.desk.conftest import add


def test_what_is_ticked_is_mended_and_taken_back(ada, parts):
    add(parts, "one", cn="ANA RUIZ", mobile="+34600111222", givenName="Ana", sn="Ruiz")
    add(parts, "two", cn="BOB STONE", mobile="+34600111223", givenName="Bob", sn="Stone")
    page = ada.open("/desk/clients/findings")
    assert "Names in capitals" in page.text
    page = ada.open("/desk/clients/findings?code=name-all-caps")
    assert "Ana Ruiz" in page.text
    form = page.form("/desk/clients/findings")
    chosen = [value for name, value in form.fields if name == "entry"]
    assert len(chosen) == 2
    done = ada.send("/desk/clients/findings", form.filled(entry=chosen[:1]))
    assert "done=mended" in done.location
    told = ada.open(done.location)
    assert "Ana Ruiz" not in told.text
    assert "BOB STONE" in told.text
    ada.send("/desk/clients/batches", told.form("/desk/clients/batches").filled())
    assert "ANA RUIZ" in ada.open("/desk/clients/findings?code=name-all-caps").text


def test_nonsense_is_refused(ada):
    form = ada.open("/desk/clients/duplicates").forms[0].filled()
    token = {name: value for name, value in form.items() if "csrf" in name}
    assert ada.send("/desk/clients/findings", {**token, "code": "nothing"}).status == 400
    assert ada.send("/desk/clients/findings", {**token, "code": "white-space", "entry": "x y"}).status == 400
