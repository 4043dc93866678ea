# SPDX-License-Identifier: GPL-3.0-or-later

from io import BytesIO

from PIL import Image

from dirserver.model.principal import Door, Principal
from dirserver.wiring import Parts
from tests.cast import uuid_of
from tests.web.visitor import Visitor

EDIT = "/me/edit"


def values_of(parts: Parts, login: str) -> str:
    with parts.directory.reading(Principal.system()) as reading:
        return str(reading.find(uuid_of(login)).card)


def test_ada_changes_her_mobile(ada: Visitor, parts: Parts):
    page = ada.fill_in(EDIT, EDIT, mobile="0151 555 99 99")
    assert (page.status, page.location) == (303, "/people/ada")
    with parts.directory.reading(Principal.system()) as reading:
        entry = reading.find(uuid_of("ada"))
    assert "+491515559999" in str(entry.card)
    assert (entry.modified_by, entry.modified_door) == ("ada", Door.WEB)
    assert "Saved." in ada.open("/people/ada").text


def test_only_what_one_may_write_is_offered_and_taken(ada: Visitor, parts: Parts):
    form = ada.open(EDIT).form(EDIT)
    offered = {name for name, _ in form.fields}
    assert {"mobile", "title", "homePhone", "telephoneNumber", "description"} <= offered
    assert not offered & {"cn", "sn", "mail", "ou", "employeeNumber", "manager", "uid"}
    before = values_of(parts, "ada")
    assert ada.send(EDIT, form.filled(employeeNumber="1", mail="x@example.com", cn="Evil", uid="root")).status == 303
    assert values_of(parts, "ada") == before


def test_saving_without_a_change_makes_no_revision(ada: Visitor, parts: Parts):
    with parts.directory.reading(Principal.system()) as reading:
        before = reading.find(uuid_of("ada")).revision
    ada.send(EDIT, ada.open(EDIT).form(EDIT).filled())
    assert "nothing to save" in ada.open("/people/ada").text
    with parts.directory.reading(Principal.system()) as reading:
        assert reading.find(uuid_of("ada")).revision == before


def test_a_bad_number_is_explained_and_nothing_is_saved(ada: Visitor, parts: Parts):
    before = values_of(parts, "ada")
    page = ada.fill_in(EDIT, EDIT, mobile="ask me", title="Boss")
    assert page.status == 422
    assert "doesn't look like a phone number" in page.text
    assert 'aria-invalid="true"' in page.html
    assert 'value="ask me"' in page.html
    assert 'value="Boss"' in page.html
    assert values_of(parts, "ada") == before


def test_two_changes_to_different_fields_join(ada: Visitor, change, parts: Parts):
    form = ada.open(EDIT).form(EDIT)
    change("ada", title="Vice President")
    assert ada.send(EDIT, form.filled(mobile="+49 151 5559999")).status == 303
    stored = values_of(parts, "ada")
    assert "Vice President" in stored
    assert "+491515559999" in stored


def test_two_changes_to_one_field_come_back_with_both(ada: Visitor, change, parts: Parts):
    form = ada.open(EDIT).form(EDIT)
    change("ada", title="Vice President")
    page = ada.send(EDIT, form.filled(title="Boss"))
    assert page.status == 409
    assert "Vice President" in page.text
    assert 'value="Boss"' in page.html
    assert "Vice President" in values_of(parts, "ada")
    assert ada.send(EDIT, page.form(EDIT).filled()).status == 303
    assert "Boss" in values_of(parts, "ada")


def test_a_form_without_its_revision_is_refused(ada: Visitor):
    assert ada.send(EDIT, ada.open(EDIT).form(EDIT).filled(revision="", title="x")).status == 400


def test_a_photo_is_made_anew_and_can_be_removed(ada: Visitor, parts: Parts, photo):
    form = ada.open(EDIT).form(EDIT)
    assert ada.send(EDIT, form.filled(photo=(BytesIO(photo), "me.jpg"))).status == 303
    link = next(link for link in ada.open("/people/ada").links if link.startswith("/people/ada/photo"))
    with Image.open(BytesIO(ada.open(link).answer.data)) as image:
        assert image.size == (200, 100)
        assert "comment" not in image.info
    assert ada.send(EDIT, ada.open(EDIT).form(EDIT).filled(remove_photo="1")).status == 303
    assert "photo?v=" not in ada.open("/people/ada").html
    assert "sha256" not in values_of(parts, "ada")


def test_the_form_says_who_sees_what(ada: Visitor):
    html = ada.open(EDIT).html
    assert "everybody in the company sees this, but not: contractors" in html.split('for="mobile"')[1].split('for="')[0]
    assert "you see this, and: hr" in html.split('for="homePhone"')[1].split('for="')[0]


def test_nobody_edits_others(ada: Visitor, esme: Visitor):
    assert ada.open("/people/bruno/edit").status == 403
    form = ada.open(EDIT).form(EDIT).filled(title="Fool")
    assert ada.send("/people/bruno/edit", form).status == 403
    assert esme.open("/people/ada/edit").status == 403
    assert ada.open("/books/clients/nobody/edit").status == 404


def test_a_steward_edits_others(chika: Visitor, parts: Parts):
    path = "/people/ada/edit"
    assert chika.fill_in(path, path, sn="Nowak", cn="Ada Nowak", mail="ada.nowak@example.com").status == 303
    stored = values_of(parts, "ada")
    assert "Ada Nowak" in stored
    assert "ada.nowak@example.com" in stored


def test_an_account_without_a_person_has_no_profile(signed_in):
    admin = signed_in("admin")
    assert admin.open("/me").location == "/me/profile"
    assert admin.open(EDIT).status == 404


def test_the_own_page_is_found(ada: Visitor):
    assert ada.open("/me").location == "/people/ada"
