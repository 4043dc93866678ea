# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing a commented dirserver.toml, from the settings themselves."""

from __future__ import annotations

import dataclasses
import ipaddress
import textwrap
from collections.abc import Iterator

from dirserver.config.about import About, abouts_of
from dirserver.config.settings import Config, FieldsSettings
from dirserver.config.values import FieldClass

_WIDTH = 100
# What almost everybody looks for stands ready to be changed; the rest waits behind a #.
_SHOWN = frozenset({"domain", "database.url", "http.listen", "http.workers", "ldap.listen", "ldap.workers"})
_HEAD = """\
Settings of dirserver. A line that begins with # shows the default; take the # away to change it.
`dirserver check config` tells whether everything here is understood."""


def sample(config: Config) -> str:
    """Return the text of a settings file that means ``config`` (as its author wrote it: nothing resolved)."""
    lines = [*_comment(_HEAD), "", *_setting("domain", config.domain, abouts_of(Config)["domain"], is_shown=True)]
    default = Config()
    for section in ("database", "http", "ldap", "push", "setup", "mail", "security", "books", "care", "pages", "metrics", "log"):
        values, defaults = getattr(config, section), getattr(default, section)
        lines += ["", "", *_comment(_told(type(values))), f"[{section}]"]
        for name, about in abouts_of(type(values)).items():
            value = getattr(values, name)
            is_shown = f"{section}.{name}" in _SHOWN or value != getattr(defaults, name)
            lines += ["", *_setting(name, value, about, is_shown=is_shown)]
    lines += ["", "", *_comment(_told(FieldsSettings)), "[fields]"]
    for each in config.fields.classes:
        lines += _field_class(each)
    return "\n".join(lines) + "\n"


def write_value(value: object) -> str:
    """Return a setting's value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(write_value(item) for item in value) + "]"
    if isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network) and value.num_addresses == 1:
        value = value.network_address
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\u{ord(char):04X}" for char in escaped) + '"'


def _told(section: type) -> str:
    return (section.__doc__ or "").replace("\n    ", "\n")


def _comment(text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.strip().split("\n"):
        lines += textwrap.wrap(paragraph, _WIDTH - 2, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"# {line}".rstrip() for line in lines]


def _setting(name: str, value: object, about: About, *, is_shown: bool) -> Iterator[str]:
    yield from _comment(" ".join([about.text, *_limits(about)]))
    yield f"{'' if is_shown else '#'}{name} = {write_value(value)}"


def _limits(about: About) -> Iterator[str]:
    if about.minimum is not None and about.maximum is not None:
        yield f"From {about.minimum} to {about.maximum}."
    if about.example:
        yield f'For example: "{about.example}".'
    if about.environment:
        yield f"The environment variable {about.environment} wins over this line."


def _field_class(each: FieldClass) -> list[str]:
    flat = f"{each.name} = {write_value(each.fields)}"
    if len(flat) <= _WIDTH:
        return [flat]
    items = textwrap.wrap(", ".join(write_value(field) for field in each.fields), _WIDTH - 4)
    return [f"{each.name} = [", *(f"    {line}" for line in items), "]"]


def settings_of(section: type) -> list[tuple[str, object, About]]:
    """Return name, default and explanation of each setting of a section, for the reference page."""
    defaults = {each.name: each.default for each in dataclasses.fields(section)}
    return [(name, defaults[name], about) for name, about in abouts_of(section).items()]
