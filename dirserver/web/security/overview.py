# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in and security: one page of blocks, each made by the file of its subject."""

from __future__ import annotations

from flask import Blueprint, render_template

from dirserver.web.security import passkeys, password, recovery_codes, second_factor, sessions
from dirserver.web.shell.current import reading
from dirserver.web.shell.languages import mark
from dirserver.web.shell.menu import Place

BLOCKS = (password.BLOCK, second_factor.BLOCK, passkeys.BLOCK, recovery_codes.BLOCK, sessions.BLOCK)
"""A new subject adds its block here."""

pages = Blueprint("security", __name__)
PLACES = (Place(mark("Sign-in and security"), "security.show", "lock"),)


@pages.get("/me/security")
def show() -> str:
    """Show all blocks."""
    with reading():
        blocks = [(block.template, block.told()) for block in BLOCKS]
        return render_template("security/overview.html", blocks=blocks)
