# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart of who leads whom: nested lists that anybody can read, a tree to walk by arrow keys with a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from markupsafe import Markup

from dirserver.directory.search.charting import Node
from dirserver.directory.views.entry import Entry
from dirserver.web.people.person import entry_named
from dirserver.web.people.rows import InChart, drawn_in_chart, drawn_small
from dirserver.web.shell.current import reading
from dirserver.web.shell.links import PEOPLE, chart_url, entry_url

_DEPTH = 2

pages = Blueprint("chart", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody in the chart: their card, those below; how many of these aren't shown, and the address of the chart that shows them."""

    piece: Markup
    rest: int
    url: str
    below: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Somebody who is only named, and where that leads."""

    text: str
    url: str


@pages.get("/people/chart")
def show() -> str:
    """Show the chart from the top, or with ``at=NAME`` from somebody on with those above them."""
    name = request.args.get("at", "")[:200]
    with reading() as opened:
        book = opened.book(PEOPLE)
        start = entry_named(opened, PEOPLE, name) if name else None
        chart = opened.chart(book, start.uuid if start is not None else "", _DEPTH)
        pieces = iter(drawn_in_chart([InChart(node.entry, node.everybody, node.is_ring) for node in _walked(chart.roots)]))
        return render_template(
            "people/chart.html",
            book=book,
            start=start,
            chart=chart,
            tops=tuple(_place(node, pieces) for node in chart.roots),
            above=tuple(Link(entry.display, chart_url(entry)) for entry in chart.above),
            alone=drawn_small(chart.alone),
            rings=tuple(tuple(_person(entry) for entry in ring) for ring in chart.rings),
        )


def _walked(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walked(node.below)


def _place(node: Node, pieces: Iterator[Markup]) -> Place:
    """Return a place with those below; the pieces come in the order in which ``_walked`` goes."""
    piece, rest = next(pieces), node.reports - len(node.below)
    return Place(piece, rest, chart_url(node.entry) if rest else "", tuple(_place(each, pieces) for each in node.below))


def _person(entry: Entry) -> Link:
    return Link(entry.display, entry_url("person.show", entry.book, entry.name, entry.uuid))
