# SPDX-License-Identifier: GPL-3.0-or-later

import re

from tests.web.visitor import Visitor

TRASH = "/book/clients/trash"


def test_what_was_deleted_comes_back_with_its_uid_and_labels(ada: Visitor):
    new = ada.fill_in("/book/clients/new", "/book/clients/new", givenName="Zoe", fresh_label="VIP").location
    card = ada.open(f"{new}/card.vcf").answer.get_data(as_text=True)
    ada.fill_in(f"{new}/more", f"{new}/trash")
    page = ada.open(TRASH)
    assert "Zoe deleted by ada" in page.text
    uuid = re.findall(r'name="only" value="([^"]+)"', page.html)[0]
    assert ada.fill_in(TRASH, f"{TRASH}/restore", only=uuid).location == TRASH
    assert "There is nothing here" in ada.open(TRASH).text
    assert "VIP" in ada.open(new).text
    assert ada.open(f"{new}/card.vcf").answer.get_data(as_text=True) == card


def test_only_who_may_delete_sees_the_trash_and_who_manages_empties_it(ada: Visitor, chika: Visitor):
    assert chika.open(TRASH).status == 403
    ada.fill_in("/books", "/books", name="Suppliers")
    for where in ("clients", "suppliers"):
        new = ada.fill_in(f"/book/{where}/new", f"/book/{where}/new", givenName="Zoe").location
        ada.fill_in(f"{new}/more", f"{new}/trash")
    data = ada.open(TRASH).form(f"{TRASH}/restore").filled()
    uuid = re.findall(r'name="only" value="([^"]+)"', ada.open(TRASH).html)[0]
    assert ada.send(f"{TRASH}/purge", {**data, "entry": uuid}).status == 403
    mine = "/book/suppliers/trash"
    uuid = re.findall(r'name="only" value="([^"]+)"', ada.open(mine).html)[0]
    assert ada.send(f"{mine}/purge", {**data, "entry": uuid}).location == mine
    assert "There is nothing here" in ada.open(mine).text
    assert ada.fill_in("/book/suppliers/settings", "/book/suppliers/drop").location == "/books"
