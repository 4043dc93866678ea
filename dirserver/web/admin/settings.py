# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings file fixes: shown as it is, without secrets, and changed only there."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from flask import Blueprint, render_template

from dirserver.config import Config
from dirserver.web.admin import frame
from dirserver.web.shell.current import config

_NOT_SECTIONS = frozenset({"fields", "file", "directory"})

pages = Blueprint("admin_settings", __name__)


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the file, its value as a text, and whether the file (or the environment) says it."""

    name: str
    value: str
    is_said: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the file; the name is empty for the keys before the first one."""

    name: str
    settings: tuple[Setting, ...]


@pages.get("/admin/settings")
def show() -> str:
    """Show the settings."""
    with frame.reading():
        return render_template("admin/settings.html", sections=_sections(config()), file=config().file)


def _sections(settings: Config) -> list[Section]:
    found = [Section("", (Setting("domain", settings.domain, "domain" in settings.said),))]
    for field in dataclasses.fields(settings):
        section = getattr(settings, field.name)
        if field.name in _NOT_SECTIONS or not dataclasses.is_dataclass(section):
            continue
        rows = tuple(
            Setting(each.name, _text(getattr(section, each.name)), f"{field.name}.{each.name}" in settings.said)
            for each in dataclasses.fields(section)
            # What isn't shown in messages (the database's address may hold a password) isn't shown here.
            if each.repr
        )
        if rows:
            found.append(Section(field.name, rows))
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return str(value)
