# SPDX-License-Identifier: GPL-3.0-or-later
"""What the area brings along: its pages, no place in the menu (its books are the menu), and what it installs."""

from __future__ import annotations

from flask import Flask

from dirserver.web.people import chart, comments, contact_card, history, listing, person, photo, rows, taking
from dirserver.web.shell.menu import Place

PAGES = (listing.pages, chart.pages, taking.pages, person.pages, contact_card.pages, history.pages, comments.pages)
PLACES: tuple[Place, ...] = ()


def install(app: Flask) -> None:
    """Make the places for small photos and for pieces of lists."""
    photo.install(app)
    rows.install(app)
