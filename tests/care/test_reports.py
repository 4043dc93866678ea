# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.reports import Reports, Topic
from dirserver.errors import NotAllowed
from dirserver.model.modification import Modification, Operation
from tests.cast import CLIENTS, make_company, uuid_of
from tests.parts import open_parts


@pytest.fixture
def parts(copied_url):
    opened = open_parts(copied_url)
    yield opened
    opened.close()


def test_figures_are_what_sql_counts_and_nobody_else_is_told_them(parts):
    company = make_company(parts)
    parts.clock.pass_s(181 * 86_400)
    with parts.directory.writing(company.ada) as writing:
        writing.modify(uuid_of("Acme GmbH"), [Modification("title", Operation.REPLACE, ("x",))])
    reports = Reports(parts.store, parts.directory, 180, clock=parts.clock)
    figures = {figure.topic: {row.word: (row.count, row.of) for row in figure.rows} for figure in reports.figures(company.ada, CLIENTS)}
    assert figures[Topic.COMPLETENESS]["mail"] == (3, 3)
    assert figures[Topic.COMPLETENESS]["title"] == (1, 3)
    assert figures[Topic.AGE] == {"0-90": (1, 3), "90-180": (0, 3), "180-360": (2, 3), "360-": (0, 3)}
    assert list(figures[Topic.GROWTH].values())[-1] == (3, 0)
    with pytest.raises(NotAllowed):
        reports.figures(company.dov, CLIENTS)
