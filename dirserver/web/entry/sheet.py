# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry as a page: every attribute that the reader may see, in groups, with links that dial, write and lead on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

from babel.dates import format_date, format_skeleton

from dirserver.card.postal import from_ldap
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import Entry
from dirserver.errors import NotFound
from dirserver.model.attribute import CANONICAL, Syntax
from dirserver.web.entry.fields import BY_ATTRIBUTE, GROUPS, Field, Look, label_of
from dirserver.web.entry.phone import dial, shown
from dirserver.web.entry.values import all_values
from dirserver.web.shell.current import config
from dirserver.web.shell.languages import current_language, gettext, language_name, mark
from dirserver.web.shell.links import book_url, entry_url, mail_url

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "xmpp", "sip", "sips", "matrix"})
"""Schemes that a link on a page may have; ``javascript:`` and the like stay text."""

_LEAP_YEAR = 2000
_LISTED_BY = {"ou": "department", "l": "site", "categories": "label"}
"""Attributes that lists are narrowed down by, and what they are called in addresses."""
_NOT_MAPPED = ("physicaldeliveryofficename", "postofficebox")
_OTHER = mark("More")
# Said elsewhere on the page, or not said in words.
_NOT_LISTED = frozenset({"cn", "sn", "givenname", "displayname", "initials", "member", "uid", "objectclass", "title", "manager"})


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its lines, and where a click leads ("" nowhere). ``is_ltr``: numbers and addresses run left to right in any script."""

    lines: tuple[str, ...]
    url: str = ""
    is_ltr: bool = False
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute with its values; ``label`` is translated."""

    attribute: str
    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading, translated."""

    title: str
    lines: tuple[Line, ...]


def sections_of(reading: Reading, entry: Entry) -> tuple[Section, ...]:
    """Return all that may be read of an entry, in the order of ``fields.GROUPS``; attributes that no group knows come last."""
    stored = all_values(entry.card)
    made = []
    for group in GROUPS:
        shown_whole = {field.attribute for field in group.fields if field.look is Look.POSTAL and stored.get(field.attribute.lower())}
        lines = tuple(
            _line(reading, entry, field, stored)
            for field in group.fields
            if stored.get(field.attribute.lower()) and field.attribute.lower() not in _NOT_LISTED and not (field.is_part and shown_whole)
        )
        if lines:
            made.append(Section(gettext(group.title), lines))
    other = _other_lines(reading, entry, stored)
    return (*made, Section(gettext(_OTHER), other)) if other else tuple(made)


def _other_lines(reading: Reading, entry: Entry, stored: Mapping[str, tuple[str, ...]]) -> tuple[Line, ...]:
    lines = []
    for attribute in CANONICAL:
        unknown = attribute.key not in BY_ATTRIBUTE and attribute.key not in _NOT_LISTED
        if not unknown or attribute.is_operational or attribute.syntax is Syntax.BINARY or not stored.get(attribute.key):
            continue
        if attribute.field == "postalAddress":
            continue
        look = Look.ENTRY if attribute.syntax is Syntax.DN else Look.LINE
        lines.append(_line(reading, entry, Field(attribute.name, label_of(attribute.name), look), stored))
    return tuple(lines)


def _line(reading: Reading, entry: Entry, field: Field, stored: Mapping[str, tuple[str, ...]]) -> Line:
    values = stored[field.attribute.lower()]
    made = tuple(value for value in (_value(reading, field, text) for text in values) if value is not None)
    if field.look is Look.POSTAL:
        # No map knows rooms and post office boxes: with one in it, it finds nothing.
        unmapped = {text for name in _NOT_MAPPED for text in stored.get(name, ())}
        mapped = (tuple(line for line in value.lines if line not in unmapped) for value in made)
        made = tuple(replace(value, url=map_url(config().pages.map_url, lines)) for value, lines in zip(made, mapped, strict=True))
    if field.attribute in _LISTED_BY:
        made = tuple(replace(value, url=list_url(entry.book, field.attribute, " ".join(value.lines))) for value in made)
    return Line(field.attribute, gettext(field.label), made)


def _value(reading: Reading, field: Field, text: str) -> Value | None:
    match field.look:
        case Look.PHONE:
            return Value((shown(text),), dial(text), is_ltr=True)
        case Look.MAIL:
            return Value((text,), mail_url(text), is_ltr=True)
        case Look.WEB | Look.CHAT:
            return Value((web_label(text),), safe_url(text), is_ltr=True, is_external=True)
        case Look.LANGUAGE:
            return Value((language_name(text),))
        case Look.POSTAL:
            lines = tuple(line.strip() for line in from_ldap(text).splitlines() if line.strip())
            return Value(lines, is_external=True)
        case Look.TEXT:
            return Value(tuple(text.splitlines()))
        case Look.DATE:
            return Value((day(text),))
        case Look.ENTRY:
            return _entry_value(reading, text)
        case _:
            return Value((text,))


def _entry_value(reading: Reading, text: str) -> Value | None:
    """Return a link to the entry that a value names; None if the reader may not see it."""
    try:
        found = reading.find(text.removeprefix("urn:uuid:"))
    except NotFound:
        return None
    return Value((found.display,), entry_url("person.show", found.book, found.name, found.uuid))


def map_url(template: str, lines: tuple[str, ...]) -> str:
    """Return where a map shows an address; "" without a map, or without anything that one could show."""
    return "" if not lines else template.replace("{address}", quote(", ".join(lines), safe=""))


def list_url(slug: str, attribute: str, text: str) -> str:
    """Return the list of those who share a value, "" where lists aren't narrowed down by it."""
    name = _LISTED_BY.get(attribute)
    return f"{book_url(slug)}?{urlencode({name: text})}" if name else ""


def safe_url(text: str) -> str:
    """Return ``text`` if a link may lead there, else ""."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parts.scheme.lower() in SAFE_SCHEMES else ""


def web_label(text: str) -> str:
    """Return an address without what goes without saying."""
    return text.strip().removeprefix("https://").removeprefix("http://").rstrip("/")


def day(text: str) -> str:
    """Return a date as the reader's language writes it, also one without a year (``--04-12``); others stay as they are."""
    locale = current_language().locale
    try:
        if text.startswith("--"):
            return str(format_skeleton("MMMMd", date.fromisoformat(f"{_LEAP_YEAR}-{text[2:]}"), locale=locale))
        return str(format_date(date.fromisoformat(text), "long", locale=locale))
    except (ValueError, KeyError):
        return text
