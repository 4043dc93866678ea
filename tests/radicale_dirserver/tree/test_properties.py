# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from dirserver.model.names import Href
from dirserver.model.principal import Principal
from radicale_dirserver.tree.facts import Asker, Facts
from radicale_dirserver.tree.places import GATEWAY, BookPlace, Home, Place, Root
from radicale_dirserver.tree.properties import BOOK, GATEWAY_BOOK, HOME, ROOT, in_allprop, table_of
from radicale_dirserver.wire.markup import element
from radicale_dirserver.wire.names import DECLARATIONS, dav
from tests.parts import CoreParts

AWKWARD = '<Ada> & "Łukasińska" \x01'


def facts(core: CoreParts, ada: Principal, place: Place) -> Facts:
    with core.directory.reading(ada) as reading:
        view = reading.book("people")
        return Facts("/dav", place, Asker("ada", AWKWARD, AWKWARD, "b7a2", Href("a b.vcf"), has_gateway=True), view, reading.token(view))


@pytest.mark.parametrize(
    "place, table", [(Root(), ROOT), (Home("ada"), HOME), (BookPlace("ada", "people"), BOOK), (BookPlace("ada", GATEWAY), GATEWAY_BOOK)]
)
def test_every_property_is_well_formed_whatever_the_names_are(core: CoreParts, ada: Principal, place: Place, table):
    assert table_of(place) is table
    for name, write in table.items():
        inner = write(facts(core, ada, place))
        if inner is not None:
            assert fromstring(f"<x {DECLARATIONS}>{element(name, inner)}</x>")[0].tag == name


@pytest.mark.parametrize("table", [ROOT, HOME, BOOK, GATEWAY_BOOK])
def test_every_resource_says_what_clients_cannot_do_without(table):
    for name in ("current-user-principal", "resourcetype", "displayname", "current-user-privilege-set", "supported-report-set", "owner"):
        assert dav(name) in table


def test_nothing_is_advertised_that_is_not_answered():
    for table in (ROOT, HOME, BOOK, GATEWAY_BOOK):
        for name in ("add-member", "supportedlock", "lockdiscovery", "quota-used-bytes"):
            assert dav(name) not in table
    assert dav("sync-token") not in GATEWAY_BOOK


def test_allprop_is_short():
    assert set(in_allprop(BOOK)) == {dav("resourcetype"), dav("displayname"), dav("sync-token")}
