# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from tests.cast import CLIENTS
from tests.web.desk.conftest import add


def test_a_steward_sees_what_waits_in_each_of_their_books(ada, signed_in, parts):
    add(parts, "one", cn="Ana Ruiz", mobile="+34600111222")
    add(parts, "two", cn="Ana Ruiz", mobile="+34600111222")
    assert ada.open("/").links.count("/desk") == 1
    front = ada.open("/desk")
    assert {"/desk/clients", "/desk/~ada"} <= set(front.links)
    assert "1 pair is safe to merge" in front.text
    page = ada.open("/desk/clients")
    assert "1 pair is safe to merge" in page.text
    dov = signed_in("dov")
    assert "/desk" not in dov.open("/").links
    assert dov.open("/desk/clients").status == 403


def test_no_tab_of_the_desk_leads_to_a_refusal(signed_in, parts):
    dov = signed_in("dov")
    for level, fields in ((Level.EDIT, ("*",)), (Level.DELETE, ("public",)), (Level.DELETE, ("*",))):
        with parts.directory.writing(Principal.system()) as writing:
            writing.grant(Grant(CLIENTS, Subject.parse("account:dov"), level, fields, fields))
        tabs = {link for link in dov.open("/desk/clients").links if link.startswith("/desk/clients")}
        assert {link: dov.open(link).status for link in tabs} == dict.fromkeys(tabs, 200)
        assert ("/desk/clients/trash" in tabs, "/desk/clients/duplicates" in tabs) == (
            level is Level.DELETE,
            level is Level.DELETE and fields == ("*",),
        )


def test_what_a_phone_should_show_is_told_to_everybody(esme):
    page = esme.open("/desk-sync")
    assert "all ways agree" in page.text
    assert "not all ways agree" not in page.text
