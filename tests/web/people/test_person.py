# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.care.founding import PEOPLE
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.cast import ADA_HOME, uuid_of
from tests.web.visitor import Visitor


def test_a_colleague_sees_work_but_not_home(signed_in):
    page = signed_in("dov").open("/people/ada")
    assert "+49 1515550101" in page.text
    assert ADA_HOME.replace(" ", "")[-7:] not in page.html.replace(" ", "")
    assert "ada@example.com" in page.text
    assert "History" not in page.text
    assert "Edit " not in page.text.replace("Edit my profile", "")


def test_one_sees_all_of_oneself(ada: Visitor):
    page = ada.open("/people/ada")
    assert "Home phone" in page.text
    assert "/me/edit" in page.links
    assert "/people/ada/history" in page.links


def test_esme_sees_names_and_work_numbers_only(esme: Visitor):
    page = esme.open("/people/ada")
    assert page.status == 200
    assert "Ada Łukasińska" in page.text
    assert "Work phone" in page.text
    for hidden in ("Mobile", "Mail", "Home phone", "Employee number", "Bruno", "@example.com"):
        assert hidden not in page.text.replace("My", ""), hidden


def test_manager_and_reports_lead_on(ada: Visitor):
    page = ada.open("/people/ada")
    assert "/people/bruno" in page.links
    assert "3 direct reports" in page.text
    assert {"/people/zoe", "/people/ludo", "/people/finn"} <= set(page.links)


def test_numbers_dial_and_addresses_write(ada: Visitor):
    links = ada.open("/people/bruno").links
    assert [link for link in links if link.startswith("tel:+49")]
    assert "mailto:bruno@example.com" in links


def test_hidden_and_missing_look_the_same(esme: Visitor, parts: Parts):
    with parts.directory.reading(Principal.system()) as reading:
        hidden = reading.suggest("acme", books=("clients",)).entries[0]
    for path in ("/people/nobody", f"/people/{uuid_of('nobody')}", f"/books/clients/{hidden.uuid}", f"/people/{hidden.uuid}"):
        page = esme.open(path)
        assert page.status == 404
        assert "Not found" in page.text


def test_an_entry_is_also_found_by_its_uuid(ada: Visitor):
    assert "Bruno Königsmann" in ada.open(f"/people/{uuid_of('bruno')}").text


def test_a_name_with_a_slash_has_a_page(ada: Visitor, parts: Parts):
    with parts.directory.writing(Principal.system()) as writing:
        acme = writing.suggest("acme", books=("clients",)).entries[0]
        writing.rename(acme.uuid, "Acme / Sons")
    page = ada.open("/books/clients")
    link = next(link for link in page.links if acme.uuid in link)
    assert "Acme GmbH" in ada.open(link).text


def test_a_steward_may_edit_others(chika: Visitor):
    assert f"/{PEOPLE}/ada/edit" in chika.open("/people/ada").links
