# SPDX-License-Identifier: GPL-3.0-or-later

import re
from collections.abc import Callable

from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.web.visitor import Visitor

LABELS = "/book/clients/labels"


def label(visitor: Visitor, name: str) -> str:
    page = visitor.open(LABELS)
    field = rf'<div class="field"><label for="name\d+">Name of the label</label><input[^>]* value="{name}"'
    return re.search(rf'name="label" value="([^"]+)">\s*{field}', page.html)[1]


def entries(visitor: Visitor) -> list[str]:
    return re.findall(r'name="entry" value="([^"]+)"', visitor.open(f"{LABELS}/pick").html)


def test_a_label_is_made_put_on_many_renamed_merged_and_deleted(ada: Visitor):
    ada.fill_in(LABELS, LABELS, name="VIP")
    assert "VIP 0 contacts" in ada.open(LABELS).text
    assert ada.fill_in(LABELS, LABELS, name="VIP").status == 422
    assert ada.fill_in(LABELS, LABELS, name=" ").status == 422
    pick = f"{LABELS}/pick"
    one, two, three = entries(ada)
    assert ada.fill_in(pick, f"{LABELS}/put", put="VIP", do="on").status == 422
    ada.fill_in(pick, f"{LABELS}/put", entry=[one, two], put="VIP", do="on")
    ada.fill_in(pick, f"{LABELS}/put", entry=[two, three], fresh="Fair 2026", do="on")
    ada.fill_in(pick, f"{LABELS}/put", entry=[one], put="VIP", do="off")
    page = ada.open(LABELS)
    assert "Fair 2026 2 contacts" in page.text
    assert "VIP 1 contact" in page.text
    data = page.form(f"{LABELS}/rename").filled()
    ada.send(f"{LABELS}/rename", {**data, "label": label(ada, "VIP"), "name": "Very important"})
    assert "Very important 1 contact" in ada.open(LABELS).text
    taken = ada.send(f"{LABELS}/rename", {**data, "label": label(ada, "Very important"), "name": "Fair 2026"})
    assert (taken.status, "use Merge" in taken.text) == (422, True)
    ada.send(f"{LABELS}/merge", {**data, "label": label(ada, "Very important"), "into": label(ada, "Fair 2026")})
    assert "Fair 2026 2 contacts" in ada.open(LABELS).text
    ada.send(f"{LABELS}/drop", {**data, "label": label(ada, "Fair 2026")})
    assert "There are none yet" in ada.open(LABELS).text
    assert len(entries(ada)) == 3


def test_a_label_that_is_the_last_one_of_a_contact_that_needs_one_is_not_deleted(ada: Visitor, parts: Parts):
    held = entries(ada)[0]
    with parts.directory.writing(Principal.system()) as writing:
        writing.need_label(writing.book("clients"), is_needed=True)
        one = writing.add_label(writing.book("clients"), "VIP")
        writing.label(writing.book("clients"), [held], added=("VIP",))
    data = ada.open(LABELS).form(f"{LABELS}/rename").filled()
    answer = ada.send(f"{LABELS}/drop", {**data, "label": one.uuid})
    assert (answer.status, "have no other label than 'VIP'" in answer.text) == (422, True)
    assert "VIP" in ada.open(LABELS).text


def test_who_only_looks_sees_labels_and_changes_none(ada: Visitor, chika: Visitor):
    ada.fill_in(LABELS, LABELS, name="VIP")
    page = chika.open(LABELS)
    assert "VIP" in page.text
    assert [form.action for form in page.forms if "label" in form.action] == []
    data = ada.open(LABELS).form(f"{LABELS}/rename").filled()
    token = page.forms[0].filled()["csrf_token"]
    sent = {
        "": {"name": "X"},
        "/rename": {"name": "X"},
        "/drop": {},
        "/merge": {"into": data["label"]},
        "/put": {"entry": "x", "put": "VIP"},
    }
    for path, more in sent.items():
        assert chika.send(LABELS + path, {**data, **more, "csrf_token": token}).status in {403, 404}, path
    assert "VIP" in ada.open(LABELS).text


def test_a_label_is_shared_with_somebody_who_sees_nothing_else_of_the_book(signed_in: Callable[[str], Visitor], esme: Visitor):
    admin = signed_in("admin")
    admin.fill_in(LABELS, LABELS, name="VIP")
    one, two, _ = entries(admin)
    admin.fill_in(f"{LABELS}/pick", f"{LABELS}/put", entry=[one, two], put="VIP", do="on")
    assert esme.open("/books/clients-vip").status == 404
    made = admin.fill_in(LABELS, f"{LABELS}/share")
    assert made.location == "/book/clients-vip/members"
    page = admin.open(made.location)
    assert "Only contacts with this label" in page.text
    admin.send(made.location, {**page.form(made.location).filled(), "who": "esme", "level": "4", "fields": "all"})
    assert "VIP" in esme.open("/books").text
    assert "Clients" not in esme.open("/books").text
    assert esme.open("/books/clients-vip").html.count("row-name") == 2
    for hidden in ("/books/clients", LABELS, "/book/clients-vip/labels", "/book/clients/trash", "/book/clients-vip/files"):
        assert esme.open(hidden).status == 404
    # Who may share what is labelled, shares it on, and takes nothing back that is more than theirs.
    page = esme.open(made.location)
    assert "Why does somebody see it?" not in page.text
    esme.send(made.location, {**page.form(made.location).filled(), "subject": "", "who": "zoe", "level": "1", "fields": "all"})
    assert "Zoë" in esme.open(made.location).text
    assert "account:zoe" in admin.open("/admin/grants?book=clients-vip").html
    admin.send(
        f"{made.location}/remove",
        {
            **page.form(made.location).filled(),
            **admin.open(made.location).form(f"{made.location}/remove").filled(),
            "subject": "account:esme",
        },
    )
    assert esme.open("/books/clients-vip").status == 404
