# SPDX-License-Identifier: GPL-3.0-or-later

from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.web.visitor import Visitor


def test_the_chart_names_everybody_with_ways_on(ada: Visitor):
    page = ada.open("/people/chart")
    assert {"/people/bruno", "/people/ada", "/people/dov", "/people/chart?at=ada"} <= set(page.links)
    assert "7 people below" in page.text
    assert "/people/chart" in ada.open("/").links


def test_from_somebody_on_it_leads_up_again(ada: Visitor):
    page = ada.open("/people/chart?at=dov")
    assert {"/people/chart", "/people/chart?at=bruno", "/people/chart?at=chika"} <= set(page.links)
    assert ada.open("/people/chart?at=nobody").status == 404
    assert "/people/chart?at=dov" in ada.open("/people/dov").links


def test_rings_are_told(ada: Visitor, parts):
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("bruno"), [Modification("manager", Operation.REPLACE, (f"urn:uuid:{uuid_of('ada')}",))])
    assert "They lead each other in a ring" in ada.open("/people/chart").text


def test_esme_sees_no_chart(esme: Visitor):
    page = esme.open("/people/chart")
    assert "isn't shown to you" in page.text
    assert "Ada" not in page.text
    assert "/people/chart" not in esme.open("/").links
    assert "isn't shown to you" in esme.open("/people/chart?at=ada").text
