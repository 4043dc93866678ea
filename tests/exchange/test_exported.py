# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.exchange.exported import columns_of, exported, is_binary, is_reference
from tests.cast import entry_of, uuid_of
from tests.exchange.trade import OPERATOR, imported


def test_an_entry_is_written_with_its_manager_by_name(company, parts):
    entry = entry_of(parts.directory, OPERATOR, "ada")
    with parts.directory.reading(OPERATOR) as reading:
        one = exported(reading, entry, {}, with_photos=True)
    (manager,) = one.references["manager"]
    assert (manager.uuid, manager.name, manager.book) == (uuid_of("bruno"), "bruno", "people")
    assert (one.name, one.uuid) == ("ada", uuid_of("ada"))
    assert one.texts["sn"] == ("Łukasińska",)
    assert "manager" not in one.texts


def test_a_reference_that_does_not_show_is_a_uuid(company, parts):
    imported(parts.directory, "uid,cn,manager\nc1,Contact,ada\n", "clients")
    with parts.directory.writing(OPERATOR) as writing:
        writing.archive(uuid_of("ada"))
    with parts.directory.reading(company.dov) as reading:
        entry = reading.named(reading.book("clients"), "c1")
        (manager,) = exported(reading, entry, {}, with_photos=False).references["manager"]
    assert (manager.uuid, manager.name) == (uuid_of("ada"), "")


def test_what_ldap_must_have_is_made_where_it_is_missing(company, parts):
    imported(parts.directory, "cn,o\nAcme,Acme\n", "clients")
    with parts.directory.reading(OPERATOR) as reading:
        views = {view.slug: view for view in reading.books()}
        entry = next(one for one in reading.suggest("Acme", books=[views["clients"].slug]).entries if one.display == "Acme")
        one = exported(reading, entry, {}, with_photos=False)
    assert "sn" not in one.texts
    assert one.names["sn"]
    assert one.names["cn"] == ("Acme",)


def test_columns_are_those_in_use_in_the_order_of_the_registry(company, parts):
    entry = entry_of(parts.directory, OPERATOR, "ada")
    columns = columns_of([entry], with_photos=True)
    assert columns[:5] == ("uid", "uuid", "cn", "sn", "givenName")
    assert "manager" in columns
    assert "jpegPhoto" not in columns


def test_attributes_know_what_they_hold():
    assert is_reference("manager")
    assert not is_reference("title")
    assert is_binary("jpegPhoto")
    assert not is_binary("cn")
