# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.model.principal import Principal
from dirserver.wiring import Parts
from tests.web.visitor import Visitor


def test_a_label_is_looked_after_in_its_book(ada: Visitor, parts: Parts):
    ada.fill_in("/book/clients/labels", "/book/clients/labels", name="VIP")
    with parts.directory.writing(Principal.system()) as writing:
        writing.add_label_book(writing.book("clients"), "VIP", "vip")
    assert "Part of Clients" in ada.open("/books").text
    ada.fill_in("/book/clients/new", "/book/clients/new", givenName="Zoe", fresh_label="VIP")
    page = ada.open("/books/vip")
    assert page.text.count("Zoe") == 1
    assert "Acme" not in page.text
    assert "Acme" not in ada.open("/books/vip?q=client").text
    assert "/book/vip/new" not in ada.open("/books/vip").links
    for page in ("new", "labels", "trash"):
        assert ada.open(f"/book/vip/{page}").status == 404
