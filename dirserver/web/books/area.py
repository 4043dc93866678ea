# SPDX-License-Identifier: GPL-3.0-or-later
"""What this area brings along: its pages, its line in the menu, what it says after something was done."""

from __future__ import annotations

from flask import Flask

from dirserver.web.books import adding, contact, files, importing, labels, members, naming, shelf, trash
from dirserver.web.books.notices import TEXTS
from dirserver.web.shell import notices

PAGES = tuple(each.pages for each in (shelf, members, naming, adding, contact, labels, files, importing, trash))
PLACES = shelf.PLACES
WITH_FILES = files.WITH_FILES


def install(app: Flask) -> None:
    """Let the pages say what was done."""
    notices.tell_too(app, TEXTS)
