# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader calls a book and a program: the people and one's own contacts have no name of their own in any language."""

from __future__ import annotations

from flask import Flask

from dirserver.model.client import Family
from dirserver.web.shell.languages import gettext, mark
from dirserver.web.shell.links import PEOPLE

_OWN = "~"
_TRANSLATED = frozenset(
    {
        mark("iPhone and iPad"),
        mark("Mac Contacts"),
        mark("DAVx5 on Android"),
        mark("Thunderbird and CardBook"),
        mark("Evolution and GNOME Contacts"),
        mark("KDE Contact and Akonadi"),
        mark("any other program"),
    }
)


def install(app: Flask) -> None:
    """Give the templates ``book_title`` and the filter ``program_name``."""
    app.add_template_global(book_title)
    app.jinja_env.filters["program_name"] = program_name


def book_title(slug: str, name: str) -> str:
    """Return what the reader calls a book: its ``name``, if it is neither the people nor somebody's own."""
    if slug == PEOPLE:
        return gettext("People")
    return gettext("My contacts") if slug.startswith(_OWN) else name


def program_name(program: Family | str) -> str:
    """Return what the reader calls a family of programs, told as such or by its label; another program as it is."""
    label = program.label if isinstance(program, Family) else program
    return gettext(label) if label in _TRANSLATED else label
