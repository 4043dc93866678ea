# SPDX-License-Identifier: GPL-3.0-or-later

from tests.web.visitor import Visitor

NEW = "/book/clients/new"


def test_a_contact_is_added_with_labels_and_checked_values(ada: Visitor):
    refused = ada.fill_in(NEW, NEW, givenName="Zoe", mail="not a mail")
    assert (refused.status, "Not saved yet" in refused.text) == (422, True)
    done = ada.fill_in(
        NEW, NEW, givenName="Żaneta", sn="Nowak", mail="zaneta@client.example", telephoneNumber="+48 22 123 45 67", fresh_label="VIP"
    )
    page = ada.open(done.location)
    assert all(text in page.text for text in ("Żaneta Nowak", "zaneta@client.example", "+48 22 123 45 67", "VIP"))
    assert 'value="VIP"' in ada.open(NEW).html


def test_who_may_be_there_already_is_shown_first(ada: Visitor):
    typed = {"o": "Acme Inc.", "mail": "INFO@client.example"}
    asked = ada.fill_in(NEW, NEW, **typed)
    assert asked.status == 409
    assert "Acme GmbH" in asked.text
    assert "the same: Mail" in asked.text
    assert "Clients 3" in ada.open("/books").text
    assert ada.send(NEW, asked.form(NEW).filled(force="1")).status == 303
    assert "Clients 4" in ada.open("/books").text


def test_who_may_be_meant_is_told_while_one_types_and_nothing_is_kept(ada: Visitor, esme: Visitor):
    form = ada.open(NEW).form(NEW)
    told = ada.send(f"{NEW}/alike", form.filled(mail="INFO@client.example", telephoneNumber="12")).answer.get_json()
    assert ("Acme GmbH", "the same: Mail") in {(one["name"], one["why"]) for one in told["alike"]}
    assert ada.send(f"{NEW}/alike", form.filled(mail="")).answer.get_json() == {"alike": []}
    assert "Clients 3" in ada.open("/books").text
    token = esme.open("/books").form("/books").filled()
    assert esme.send(f"{NEW}/alike", {"csrf_token": token["csrf_token"], "mail": "info@client.example"}).status == 404


def test_a_contact_needs_something_to_be_called_by(ada: Visitor):
    refused = ada.fill_in(NEW, NEW, title="Director")
    assert (refused.status, "at least a name" in refused.text) == (422, True)
    assert ada.fill_in(NEW, NEW, o="Only Organization Ltd.").status == 303


def test_who_only_looks_is_not_asked_to_add(chika: Visitor, esme: Visitor):
    assert NEW not in chika.open("/books/clients").links
    assert chika.open(NEW).status == 403
    assert esme.open(NEW).status == 404
