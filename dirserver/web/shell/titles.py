# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader calls a book, a program and a way in: the people and one's own contacts have no name of their own in any language."""

from __future__ import annotations

from flask import Flask

from dirserver.model.client import Family
from dirserver.model.principal import Door
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

_DOORS = {
    Door.DAV: mark("a contacts app"),
    Door.LDAP: mark("LDAP"),
    Door.WEB: mark("these pages"),
    Door.API: mark("the API"),
    Door.CLI: mark("the command line"),
}


def install(app: Flask) -> None:
    """Give the templates ``book_title`` and the filters ``program_name`` and ``door_name``."""
    app.add_template_global(book_title)
    app.jinja_env.filters["program_name"] = program_name
    app.jinja_env.filters["door_name"] = door_name


def book_title(slug: str, name: str) -> str:
    """Return what the reader calls a book: its ``name``, if it is neither the people nor somebody's own."""
    if slug == PEOPLE:
        return gettext("People")
    return gettext("My contacts") if slug.startswith(_OWN) else name


def door_name(door: Door | str) -> str:
    """Return what the reader calls the way that a change came in by; one that is none (an old event's) as it is."""
    return gettext(_DOORS[Door(door)]) if door in set(Door) else door


def program_name(program: Family | str) -> str:
    """Return what the reader calls a family of programs, told as such or by its label; another program as it is."""
    label = program.label if isinstance(program, Family) else program
    return gettext(label) if label in _TRANSLATED else label
