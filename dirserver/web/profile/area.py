# SPDX-License-Identifier: GPL-3.0-or-later
"""The area as the application takes it in."""

from __future__ import annotations

from flask import Flask

from dirserver.web.profile import approvals, checking, confirming, edit, mine, seen, sent_photo, takeout, told

MAX_PHOTO_BYTES = sent_photo.MAX_PHOTO_BYTES
WITH_FILES = edit.WITH_FILES
PAGES = tuple(page.pages for page in (edit, mine, seen, approvals, told, checking, confirming, takeout))
PLACES = (*edit.PLACES, *mine.PLACES, *told.PLACES, *approvals.PLACES)


def install(app: Flask) -> None:
    """Add nothing to the application but the pages."""
    del app
