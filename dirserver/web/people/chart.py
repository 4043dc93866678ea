# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart of who leads whom: nested lists that anybody can read, a tree to walk by arrow keys with a script."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from dirserver.directory.charting import Node
from dirserver.directory.entry import Entry
from dirserver.web.entry.row import Row, row_of
from dirserver.web.people.person import entry_named
from dirserver.web.shell.current import reading
from dirserver.web.shell.links import PEOPLE, chart_url

_DEPTH = 2

pages = Blueprint("chart", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody in the chart: their line, the address of the chart from them on, those below."""

    row: Row
    url: str
    reports: int
    everybody: int
    is_ring: bool
    below: tuple[Place, ...]


@pages.get("/people/chart")
def show() -> str:
    """Show the chart from the top, or with ``at=NAME`` from somebody on with those above them."""
    name = request.args.get("at", "")[:200]
    with reading() as opened:
        book = opened.book(PEOPLE)
        start = entry_named(opened, PEOPLE, name) if name else None
        chart = opened.chart(book, start.uuid if start is not None else "", _DEPTH)
        return render_template(
            "people/chart.html",
            book=book,
            start=start,
            chart=chart,
            tops=tuple(_place(node) for node in chart.roots),
            above=tuple(_short(entry) for entry in chart.above),
            alone=tuple(_short(entry) for entry in chart.alone),
            rings=tuple(tuple(_short(entry) for entry in ring) for ring in chart.rings),
        )


def _place(node: Node) -> Place:
    return Place(
        row_of(node.entry), chart_url(node.entry), node.reports, node.everybody, node.is_ring, tuple(_place(each) for each in node.below)
    )


def _short(entry: Entry) -> Place:
    return Place(row_of(entry), chart_url(entry), 0, 0, False, ())  # noqa: FBT003 - a field's value
