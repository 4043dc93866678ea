# SPDX-License-Identifier: GPL-3.0-or-later

import re

from tests.web.visitor import Visitor

LABELS = "/book/clients/labels"


def label(visitor: Visitor, name: str) -> str:
    page = visitor.open(LABELS)
    field = rf'<div class="field"><label for="name\d+">Name</label><input[^>]* value="{name}"'
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
