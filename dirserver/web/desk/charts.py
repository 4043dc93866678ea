# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the marks of a chart stand; templates draw them as SVG, with colours from the style sheet and a table beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how long it is out of ``WIDTH``."""

    length: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points, as SVG writes them, and the area below it."""

    points: str
    area: str


def bars(counts: Sequence[tuple[int, int]]) -> tuple[Bar, ...]:
    """Return a bar for each (count, out of how many); with 0 for the latter they are measured against the longest."""
    most = max((count for count, _ in counts), default=0)
    return tuple(Bar(round(WIDTH * count / (of or most)) if of or most else 0) for count, of in counts)


def curve(counts: Sequence[int]) -> Curve:
    """Return the line through counts, from left to right."""
    most, steps = max((*counts, 1)), max(len(counts) - 1, 1)
    heights = [round(HEIGHT - (HEIGHT - 10) * count / most) for count in counts]
    points = " ".join(f"{round(WIDTH * place / steps)},{height}" for place, height in enumerate(heights))
    return Curve(points, f"0,{HEIGHT} {points} {WIDTH},{HEIGHT}")
