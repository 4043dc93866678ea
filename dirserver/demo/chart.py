# SPDX-License-Identifier: GPL-3.0-or-later
"""Who leads whom in the sample company: one head, four to nine reports for each who leads, nobody above themselves."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from random import Random

_FEWEST, _MOST = 4, 9


@dataclass(frozen=True, slots=True)
class Seat:
    """One place in the company. ``lead`` is the index of the seat above, None for the head; ``depth`` of the head is 0."""

    lead: int | None
    depth: int
    team: int
    """Number of the branch below the second level that the seat belongs to; -1 above it."""
    leads: bool


def draw_chart(size: int, chance: Random) -> tuple[Seat, ...]:
    """Return ``size`` seats, each after the one that leads it; every lead has 4 to 9 reports."""
    leads: list[int | None] = [None]
    depths, teams = [0], [-1]
    next_team = 0
    waiting = deque([0])
    has_reports: set[int] = set()
    while len(leads) < size:
        lead = waiting.popleft()
        has_reports.add(lead)
        for _ in range(_reports(size - len(leads), chance)):
            depth = depths[lead] + 1
            team = teams[lead]
            if depth == 2:
                team, next_team = next_team, next_team + 1
            waiting.append(len(leads))
            leads.append(lead)
            depths.append(depth)
            teams.append(team)
    seats = zip(leads, depths, teams, strict=True)
    return tuple(Seat(lead, depth, team, index in has_reports) for index, (lead, depth, team) in enumerate(seats))


def _reports(left: int, chance: Random) -> int:
    """How many of the ``left`` people the next lead gets, so that the last one isn't left with fewer than four."""
    wanted = chance.randint(_FEWEST, _MOST)
    if left <= wanted:
        return left
    rest = left - wanted
    return wanted if rest >= _FEWEST else left if left <= _MOST else left - _FEWEST
