# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.directory.search.charting import Chart, Node
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def charted(parts: CoreParts, who: Principal, at: str = "", depth: int = 2) -> Chart:
    with parts.directory.reading(who) as reading:
        return reading.chart(reading.book("people"), uuid_of(at) if at else "", depth)


def led_by(parts: CoreParts, login: str, manager: str | None) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        values = () if manager is None else (f"urn:uuid:{uuid_of(manager)}",)
        writing.modify(uuid_of(login), [Modification("manager", Operation.REPLACE, values)])


def told(node: Node) -> dict[str, object]:
    return {node.entry.name: [told(each) for each in node.below]}


def test_the_chart_goes_down_from_who_has_no_manager(company: Company, parts: CoreParts):
    chart = charted(parts, company.ada)
    (root,) = chart.roots
    assert told(root) == {"bruno": [{"ada": [{"finn": []}, {"zoe": []}, {"ludo": []}]}, {"esme": []}, {"chika": [{"dov": []}]}]} or (
        {each.entry.name for each in root.below} == {"ada", "chika", "esme"}
    )
    assert (root.reports, root.everybody) == (3, 7)
    assert (chart.alone, chart.rings, chart.is_hidden) == ((), (), False)


def test_it_goes_up_and_down_from_somebody(company, parts):
    chart = charted(parts, company.dov, at="ada")
    assert [entry.name for entry in chart.above] == ["bruno"]
    assert {each.entry.name for each in chart.roots[0].below} == {"finn", "zoe", "ludo"}
    assert charted(parts, company.dov, at="bruno", depth=1).roots[0].below[0].below == ()
    assert [entry.name for entry in charted(parts, company.dov, at="dov").above] == ["bruno", "chika"]


def test_who_has_no_manager_and_leads_nobody_stands_alone(company, parts):
    led_by(parts, "zoe", None)
    chart = charted(parts, company.ada)
    assert [entry.name for entry in chart.alone] == ["zoe"]
    assert chart.alone_count == 1


def test_rings_are_shown_and_end(company, parts):
    led_by(parts, "bruno", "ada")
    chart = charted(parts, company.ada)
    assert [{entry.name for entry in ring} for ring in chart.rings] == [{"ada", "bruno"}]
    assert len(chart.roots) == 1
    assert chart.roots[0].below
    around = charted(parts, company.ada, at="dov")
    assert [entry.name for entry in around.above] in (["ada", "bruno", "chika"], ["bruno", "ada", "chika"])
    led_by(parts, "zoe", "zoe")
    assert {"zoe"} in [{entry.name for entry in ring} for ring in charted(parts, company.ada).rings]


def test_who_may_not_read_managers_sees_no_chart(company, parts):
    assert charted(parts, company.esme) == Chart((), is_hidden=True)
    assert charted(parts, company.esme, at="ada") == Chart((), is_hidden=True)


def test_a_manager_in_the_trash_leads_nobody(company, parts):
    with parts.directory.writing(company.system) as writing:
        writing.trash(uuid_of("chika"))
    chart = charted(parts, company.ada)
    assert [entry.name for entry in chart.alone] == ["dov"]


def test_no_more_are_shown_than_fit(company, parts, monkeypatch):
    monkeypatch.setattr("dirserver.directory.search.charting.MOST_SHOWN", 3)
    (root,) = charted(parts, company.ada).roots
    assert len(root.below) == 2
    assert root.reports == 3
    assert root.everybody == 7
