# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desk adds to the pages."""

from __future__ import annotations

from flask import Flask

from dirserver.web.desk import ages, batches, comparing, duplicates, findings, overview, report, trash
from dirserver.web.desk.frame import PLACES

PAGES = tuple(page.pages for page in (overview, duplicates, comparing, findings, ages, trash, batches, report))

__all__ = ["PAGES", "PLACES", "install"]


def install(_app: Flask) -> None:
    """Add nothing but the pages."""
