# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.principal import Principal
from radicale_dirserver.collection import BookCollection, PlainCollection
from radicale_dirserver.tree.places import BookPlace
from tests.cast import uuid_of
from tests.parts import CoreParts


@pytest.fixture
def people(core: CoreParts, ada: Principal) -> BookCollection:
    with core.directory.reading(ada) as reading:
        view = reading.book("people")
        return BookCollection(core.directory, ada, BookPlace("ada", "people"), view, reading.token(view))


def test_a_home_is_a_principal_without_content():
    home = PlainCollection("ada")
    assert home.is_principal
    assert home.tag == ""
    assert list(home.get_all()) == []
    assert list(home.get_multi(["x"])) == [("x", None)]


def test_a_book_is_an_address_book_with_a_name(people: BookCollection):
    assert people.path == "ada/people"
    assert people.tag == "VADDRESSBOOK"
    assert people.get_meta("D:displayname") == "People"
    assert people.get_meta("X:unknown") is None
    assert not people.is_principal


def test_a_book_answers_after_the_lock_is_gone(people: BookCollection):
    assert len(list(people.get_all())) == 8
    token, names = people.sync()
    assert people.etag == f'"{token}"'
    assert len(list(names)) == 8


def test_items_need_no_vobject(people: BookCollection):
    item = next(iter(people.get_all()))
    assert (item.name, item.component_name) == ("VCARD", "")
    assert item.serialize().startswith("BEGIN:VCARD\r\n")
    assert item._vobject_item is None


def test_each_name_is_answered(people: BookCollection):
    known = f"{uuid_of('ada')}.vcf"
    found = dict(people.get_multi([known, "none.vcf", known]))
    assert found["none.vcf"] is None
    assert found[known] is not None
    assert len(found) == 2


def test_what_the_directory_refuses_radicale_gets_as_its_own_error(people: BookCollection):
    item = next(iter(people.get_all()))
    assert item.href is not None
    with pytest.raises(ValueError, match="may not"):
        people.delete(f"{uuid_of('dov')}.vcf")
    with pytest.raises(ValueError, match="web"):
        people.delete()
    with pytest.raises(ValueError, match="PROPPATCH"):
        people.set_meta({})
    assert not people.has_uid("x")
