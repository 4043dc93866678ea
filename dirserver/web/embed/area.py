# SPDX-License-Identifier: GPL-3.0-or-later
"""What the area brings along: its pages, which nobody has to sign in for."""

from __future__ import annotations

from flask import Flask

from dirserver.web.embed import search
from dirserver.web.shell.menu import Place

PAGES = (search.pages,)
PLACES: tuple[Place, ...] = ()


def install(app: Flask) -> None:
    """There is nothing to install."""
