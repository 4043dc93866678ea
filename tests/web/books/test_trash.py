# SPDX-License-Identifier: GPL-3.0-or-later

import re
from collections.abc import Callable

import pytest

from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.names import Slug
from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.web.visitor import Visitor

TRASH = "/book/clients/trash"


def test_what_was_deleted_comes_back_with_its_uid_and_labels(ada: Visitor):
    new = ada.fill_in("/book/clients/new", "/book/clients/new", givenName="Zoe", fresh_label="VIP").location
    card = ada.open(f"{new}/card.vcf").answer.get_data(as_text=True)
    ada.fill_in(f"{new}/more", f"{new}/trash")
    page = ada.open(TRASH)
    assert "Zoe deleted by Ada Łukasińska" in page.text
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


def test_nothing_is_removed_for_good_without_being_ticked_and_meant(ada: Visitor):
    new = ada.fill_in("/book/clients/new", "/book/clients/new", givenName="Zoe").location
    ada.fill_in(f"{new}/more", f"{new}/trash")
    page = ada.open(TRASH)
    for deed in ("restore", "purge", "discard"):
        answer = ada.send(f"{TRASH}/{deed}", page.form(f"{TRASH}/restore").filled())
        assert (answer.status, "Tick something first" in answer.text, "Zoe" in answer.text) == (422, True, True)
    mine = ada.fill_in("/books", "/books", name="Suppliers").location.replace("members", "trash")
    new = ada.fill_in("/book/suppliers/new", "/book/suppliers/new", givenName="Zoe").location
    ada.fill_in(f"{new}/more", f"{new}/trash")
    assert "This can't be undone" in ada.open(mine).text


def test_what_is_archived_is_removed_for_good_without_being_shown_again(ada: Visitor):
    ada.fill_in("/books", "/books", name="Suppliers")
    new = ada.fill_in("/book/suppliers/new", "/book/suppliers/new", givenName="Zoe").location
    ada.fill_in(f"{new}/more", f"{new}/archive")
    archive = "/book/suppliers/trash?state=archived"
    page = ada.open(archive)
    uuid = re.findall(r'name="only" value="([^"]+)"', page.html)[0]
    assert ada.fill_in(archive, "/book/suppliers/trash/restore", only=uuid).status == 303
    ada.fill_in(f"{new}/more", f"{new}/archive")
    data = page.form("/book/suppliers/trash/restore").filled()
    assert ada.send("/book/suppliers/trash/discard", {**data, "entry": uuid}).location == archive
    assert "There is nothing here" in ada.open(archive).text
    assert ada.send("/book/suppliers/trash/purge", {**data, "entry": uuid}).status == 303
    assert "There is nothing here" in ada.open("/book/suppliers/trash").text


@pytest.mark.parametrize("level_on_book", [Level.NONE, Level.VIEW])
def test_who_may_delete_what_carries_a_label_brings_that_back_and_sees_no_other_trash(
    parts: Parts, ada: Visitor, signed_in: Callable[[str], Visitor], level_on_book: Level
):
    news = [
        ada.fill_in("/book/clients/new", "/book/clients/new", givenName=name, fresh_label=label).location
        for name, label in (("Zoe", "VIP"), ("Yan", "Fair"), ("Xenia", "VIP"))
    ]
    with parts.directory.writing(Principal.system()) as writing:
        label = next(one for one, _ in writing.labels(writing.book("clients")) if one.display == "VIP")
        slug = writing.label_as_book(writing.book("clients"), label.display).slug
        writing.grant(Grant(slug, Subject.parse("account:dov"), Level.DELETE, ("*",), ("*",)))
        writing.grant(Grant(Slug("clients"), Subject.parse("account:dov"), level_on_book, ("*",)))
    dov, trash = signed_in("dov"), f"/book/{slug}/trash"
    for new in news[:2]:
        ada.fill_in(f"{new}/more", f"{new}/trash")
    seen = news[2] if level_on_book else news[2].replace("/clients/", f"/{slug}/")
    dov.fill_in(f"{seen}/more", f"{seen}/trash")
    assert f'href="{trash}"' in dov.open(f"/books/{slug}").html
    page = dov.open(trash)
    assert ("Zoe" in page.text, "Xenia" in page.text, "Yan" in page.text, "Yes, remove them" in page.text) == (True, True, False, False)
    whole = ada.open(TRASH)
    lying = dict(re.findall(r'value="([^"]+)" aria-label="Bring back ([^"]+)"', whole.html))
    others = next(uuid for uuid, name in lying.items() if name == "Yan")
    mine = next(uuid for uuid, name in lying.items() if name == "Xenia")
    form = page.form(f"{trash}/restore")
    assert dov.send(f"{trash}/restore", form.filled(entry=[mine, others])).status in {403, 404}
    assert dov.send(f"{trash}/restore", form.filled(only=mine)).location == trash
    assert "Xenia" in dov.open(f"/books/{slug}").text
    assert dov.open(TRASH).status in {403, 404}
    # Who may delete anything of the book has one trash, the book's.
    assert ada.open(trash).status == 404
