# SPDX-License-Identifier: GPL-3.0-or-later
"""What the area brings along: its pages, its place in the menu, and what it installs. ``web.app`` adds it in a line."""

from __future__ import annotations

from flask import Flask

from dirserver.web.entrance import passkey
from dirserver.web.security import overview, passkeys, proving, recovery_codes, second_factor

PAGES = (overview.pages, second_factor.pages, passkeys.pages, passkey.pages, recovery_codes.pages, proving.pages)
PLACES = overview.PLACES


def install(app: Flask) -> None:
    """Send whoever needs a fresh sign-in to the page that asks for it."""
    proving.install(app)
