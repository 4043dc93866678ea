# SPDX-License-Identifier: GPL-3.0-or-later
"""What the area brings along: its pages, its place in the menu, and what it installs. ``web.app`` adds it in a line."""

from __future__ import annotations

from flask import Flask

from dirserver.web.entrance import passkey, reset
from dirserver.web.security import overview, passkeys, password, proving, recovery_codes, second_factor, sessions

PAGES = (
    *(overview.pages, password.pages, second_factor.pages, passkeys.pages, passkey.pages, reset.pages),
    *(recovery_codes.pages, sessions.pages, proving.pages),
)
PLACES = overview.PLACES


def install(app: Flask) -> None:
    """Send whoever needs a fresh sign-in to the page that asks for it."""
    proving.install(app)
