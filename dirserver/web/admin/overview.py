# SPDX-License-Identifier: GPL-3.0-or-later
"""How the system is: what it holds, what is worth a look, what runs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urlsplit

from flask import Blueprint, render_template

from dirserver.care.weaknesses import weaknesses
from dirserver.model.account import AccountState
from dirserver.web.admin import frame
from dirserver.web.shell.current import config

pages = Blueprint("admin_overview", __name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A book with how many entries it holds."""

    slug: str
    name: str
    count: int


@pages.get("/admin")
def show() -> str:
    """Show the state of the system."""
    office = frame.office()
    settings = config()
    with frame.reading() as opened:
        held = [Held(book.slug, book.name, opened.count(book)) for book in opened.books() if not book.slug.startswith("~")]
        change_number = opened.change_number()
        group_count = len(opened.groups())
    counted = {state: office.accounts(state=state, limit=0).total for state in AccountState}
    return render_template(
        "admin/overview.html",
        held=held,
        group_count=group_count,
        change_number=change_number,
        counted=counted,
        states=AccountState,
        head=office.trail.head(),
        weaknesses=weaknesses(settings),
        version=version("dirserver"),
        engine="PostgreSQL" if urlsplit(settings.database.url).scheme.startswith("postgresql") else "SQLite",
    )
