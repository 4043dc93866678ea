# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures about a book: drawn, as tables, and as CSV or JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from flask import Blueprint, request
from werkzeug.wrappers import Response

from dirserver.care.reports import Figure, Topic
from dirserver.web.desk.charts import Bar, Curve, bars, curve
from dirserver.web.desk.frame import answer, asker, care, steward_of
from dirserver.web.desk.words import TOPICS, row_word

pages = Blueprint("desk_report", __name__)


@pages.get("/desk/<slug>/report")
def show(slug: str) -> str | Response:
    """Show the figures; ``format=csv`` or ``json`` gives them to programs."""
    book = steward_of(slug)
    figures = care().reports.figures(asker(), book.slug)
    wanted = request.args.get("format", "")
    if wanted == "csv":
        return _file(_csv(figures), "text/csv", f"report-{book.slug.strip('~')}.csv")
    if wanted == "json":
        rows = [{"topic": one.topic.value, "what": row.word, "count": row.count, "of": row.of} for one in figures for row in one.rows]
        return _file(json.dumps(rows, ensure_ascii=False, indent=2), "application/json", f"report-{book.slug.strip('~')}.json")
    drawn = [(figure.topic.value, TOPICS[figure.topic], _drawn(figure), _table(figure)) for figure in figures]
    return answer("report.html", book, "desk_report.show", {"drawn": drawn})


def _drawn(figure: Figure) -> Curve | tuple[Bar, ...]:
    table = _table(figure)
    if figure.topic is Topic.GROWTH:
        return curve([count for _, count, _ in table])
    return bars([(count, of) for _, count, of in table])


def _table(figure: Figure) -> tuple[tuple[str, int, int], ...]:
    return tuple((row_word(figure.topic, row.word), row.count, row.of) for row in figure.rows)


def _csv(figures: Sequence[Figure]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("topic", "what", "count", "of"))
    for figure in figures:
        for row in figure.rows:
            # What begins like a formula is no formula to a spreadsheet behind an apostrophe.
            word = f"'{row.word}" if row.word[:1] in tuple("=+-@\t\r") else row.word
            writer.writerow((figure.topic.value, word, row.count, row.of or ""))
    return text.getvalue()


def _file(text: str, media_type: str, name: str) -> Response:
    made = Response(text, mimetype=media_type)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made
