# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from tests.web.desk.conftest import add


def test_a_steward_sees_what_waits_in_each_of_their_books(ada, signed_in, parts):
    add(parts, "one", cn="Ana Ruiz", mobile="+34600111222")
    add(parts, "two", cn="Ana Ruiz", mobile="+34600111222")
    assert ada.open("/").links.count("/desk") == 1
    assert {"/desk/clients", "/desk/~ada"} <= set(ada.open("/desk").links)
    page = ada.open("/desk/clients")
    assert "1 pair is safe to merge" in page.text
    dov = signed_in("dov")
    assert "/desk" not in dov.open("/").links
    assert dov.open("/desk/clients").status == 403


def test_what_a_phone_should_show_is_told_to_everybody(esme):
    page = esme.open("/desk-sync")
    assert "all ways agree" in page.text
    assert "not all ways agree" not in page.text
