# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of a table of people: which there are, what stands in them, in which order they put the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from dirserver.directory.views.entry import Entry
from dirserver.web.entry.fields import BY_ATTRIBUTE, Look
from dirserver.web.entry.phone import dial, shown
from dirserver.web.entry.values import all_values
from dirserver.web.people.collation import sort_key
from dirserver.web.shell.links import entry_url, mail_url

NAME = "sn"
"""The column of names; sorted by family name, as lists are."""
_SHOWN = "title ou physicalDeliveryOfficeName l telephoneNumber mobile ipPhone mail o departmentNumber manager categories".split()
COLUMNS: Mapping[str, str] = MappingProxyType({NAME: "sn", **{name.lower(): name for name in _SHOWN if name != "manager"}})
"""Attributes by what they are called in addresses."""
DEFAULT_COLUMNS = ("sn", "title", "ou", "l", "telephonenumber", "mail")


@dataclass(frozen=True, slots=True)
class Cell:
    """One text of a table, and where a click on it leads ("" nowhere)."""

    text: str
    url: str = ""
    is_ltr: bool = False


def cells_of(entry: Entry, columns: Sequence[str]) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of an entry by column; of a column without a value there are none."""
    values = all_values(entry.card)
    made: list[tuple[Cell, ...]] = []
    for column in columns:
        if column == NAME:
            made.append((Cell(entry.display, entry_url("person.show", entry.book, entry.name, entry.uuid)),))
        else:
            look = BY_ATTRIBUTE[column].look
            made.append(tuple(_cell(look, text) for text in values.get(column, ())[:3]))
    return tuple(made)


def _cell(look: Look, text: str) -> Cell:
    if look is Look.PHONE:
        return Cell(shown(text), dial(text), is_ltr=True)
    if look is Look.MAIL:
        return Cell(text, mail_url(text), is_ltr=True)
    return Cell(text)


def in_order(entries: Sequence[Entry], sort: str, language: str) -> list[Entry]:
    """Return entries sorted by a column as a language sorts; those without a value come last either way."""
    column = sort.removeprefix("-")

    def text_of(entry: Entry) -> str:
        values = all_values(entry.card)
        if column == NAME:
            return " ".join((*values.get("sn", ())[:1], *values.get("givenname", ())[:1])) or entry.display
        return next(iter(values.get(column, ())), "")

    texts = [(text_of(entry), entry) for entry in entries]
    filled = sorted((each for each in texts if each[0]), key=lambda each: sort_key(each[0], language), reverse=sort.startswith("-"))
    return [entry for _, entry in (*filled, *(each for each in texts if not each[0]))]
