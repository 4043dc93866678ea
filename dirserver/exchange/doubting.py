# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks odd in a row and is taken all the same: somebody should look at it. What that is says ``card.oddities``."""

from __future__ import annotations

from collections.abc import Container, Iterator

from dirserver.card.oddities import Odd, oddities
from dirserver.exchange.problem import Problem, Severity
from dirserver.exchange.row import Row

_SAID = {
    Odd.UNSEEN: ("it holds letters that nobody sees", "retype it"),
    Odd.MOJIBAKE: ("'{text}' looks like UTF-8 read in a wrong encoding", "perhaps '{better}' is meant"),
    Odd.MISSING: ("there is only one name", "look whether the other one is missing"),
    Odd.CAPITALS: ("'{text}' is all in capitals", "write it as the person does"),
    Odd.FAKE: ("'{text}' looks like no real name", "look whether this is a person"),
}


def doubt(row: Row, columns: Container[str] = ()) -> Iterator[Problem]:
    """Yield what looks odd. ``columns``: the attributes that the file has a column for; a name is missing only where it could be."""
    for one in oddities(row.values):
        if one.odd is Odd.MISSING and one.attribute not in columns:
            continue
        reason, remedy = (said.format(text=one.text[:40], better=one.better[:40]) for said in _SAID[one.odd])
        yield Problem(row.line, one.attribute, reason, remedy, Severity.DOUBTFUL)
