# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows about entries: the same few properties thousands of times, so each request compiles its row once.

A row is a list of pieces: text that is the same in every row, and marks where something of the entry goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from dirserver.card.card import Version
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.model.names import ETag, Href
from radicale_dirserver.wire.markup import element, escape, escape_octets, quote_path
from radicale_dirserver.wire.multistatus import FOUND, MISSING, missing_elements
from radicale_dirserver.wire.names import carddav, dav
from radicale_dirserver.wire.queries import AddressData, PropertyRequest, Wanted
from radicale_dirserver.wire.response import VCARD

ADDRESS_DATA = carddav("address-data")


class Item(NamedTuple):
    """What a row is made from. ``body`` is the card as it was asked for, None where nobody asked."""

    href: Href
    etag: ETag
    modified_at: int
    body: bytes | None = None


class Mark(Enum):
    """What of the entry goes there."""

    ETAG = dav("getetag")
    MODIFIED = dav("getlastmodified")
    LENGTH = dav("getcontentlength")
    DATA = ADDRESS_DATA


_MARKS = {mark.value: mark for mark in Mark}
_ALLPROP = (dav("getetag"), dav("getlastmodified"), dav("getcontenttype"), dav("getcontentlength"), dav("resourcetype"))


_LINE = re.compile(r"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*")
"""A content line with what is folded of it, as our own writer ends lines."""
_TAB, _FEED = "\t", "\n"
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~/-+\t\n"
_PLUS_IN_NAME = re.compile(r"\+(?=[^\n]*\t)")
_FRAME = frozenset({"BEGIN", "VERSION", "END"})


def constants_of(mount: str, login: str, owner: str) -> dict[str, str]:
    """Return the inside of the properties that are the same on every entry of a book."""
    principal = f"<href>{quote_path(f'{mount}/{login}/')}</href>"
    return {
        dav("resourcetype"): "",
        dav("getcontenttype"): escape(VCARD),
        dav("current-user-principal"): principal,
        dav("principal-collection-set"): f"<href>{quote_path(f'{mount}/')}</href>",
        dav("owner"): owner,
    }


class RowWriter:
    """Writes rows about the entries of one book, as one request wants them.

    ``constants`` makes the inside of the properties that are the same on every entry.
    """

    def __init__(
        self, book_path: str, asked: PropertyRequest, constants: Callable[[], Mapping[str, str]], *, is_minimal: bool = False
    ) -> None:
        self._head = f"<response><href>{quote_path(book_path)}"
        self._asked = asked
        self._data = asked.address_data or AddressData()
        names = _ALLPROP + asked.names if asked.wanted is Wanted.ALL else asked.names
        if asked.wanted is Wanted.NAMES:
            names = tuple(dict.fromkeys([*_ALLPROP, *constants()]))
            self._pieces: list[str | Mark] = [f"</href><propstat><prop>{missing_elements(names)}{FOUND}</response>"]
        else:
            # What phones ask of every entry, ETag and card, needs none of them.
            known = constants() if any(name not in _MARKS for name in names) else {}
            self._pieces = list(_compiled(tuple(dict.fromkeys(names)), known, is_minimal=is_minimal))
        self._marks = tuple(piece for piece in self._pieces if isinstance(piece, Mark))
        self._template = "%s%s" + "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in self._pieces)
        values: Mapping[Mark, Callable[[Item], str]] = {
            Mark.ETAG: _etag,
            Mark.MODIFIED: _modified,
            Mark.LENGTH: _length,
            Mark.DATA: self._data_of,
        }
        self._values = tuple(values[mark] for mark in self._marks)
        self._around = self._around_lines()

    @property
    def needs_body(self) -> bool:
        """Tell whether rows need cards: what only asks for ETags never loads one."""
        return Mark.DATA in self._marks or Mark.LENGTH in self._marks

    @property
    def takes_lines(self) -> bool:
        """Tell whether rows are made of name and ETag alone, and so by ``rows``."""
        return self._around is not None

    @property
    def version(self) -> Version | None:
        """The version of vCard that is asked for, None for that of the client's profile."""
        return Version(self._data.version) if self._data.version else None

    def row(self, item: Item) -> str:
        """Return one DAV:response."""
        return self._template % (self._head, quote_path(item.href), *[value(item) for value in self._values])

    def rows(self, lines: str) -> str:
        """Return a DAV:response for each of a block of lines: name, tab, ETag, line feed. Only where ``takes_lines``."""
        if self._around is not None and _is_plain(lines):
            before, between, after = self._around
            return f"{before}{lines[:-1].replace(_TAB, between).replace(_FEED, after + before)}{after}"
        told = (line.split(_TAB) for line in lines[:-1].split(_FEED))
        return "".join(self.row(Item(Href(name), ETag(etag), 0)) for name, etag in told)

    def _around_lines(self) -> tuple[str, str, str] | None:
        """Return what stands before the name in each row, between name and ETag, and after that; None where there is more in a row."""
        match self._pieces:
            case [str(between), Mark.ETAG, str(after)] if {_TAB, _FEED}.isdisjoint(f"{self._head}{between}{after}"):
                return self._head, f'{between}"', f'"{after}'
        return None

    def _data_of(self, item: Item) -> str:
        body = item.body or b""
        data = self._data
        if data.properties is None:
            return escape_octets(body)
        return escape(self._part_of(body, data.properties))

    def _part_of(self, body: bytes, names: frozenset[str]) -> str:
        data = self._data
        if not data.without_value:
            return "".join(line for line in _LINE.findall(body.decode()) if _name_of(line) in names or _name_of(line) in _FRAME)
        card = read(body)
        kept = [each for each in card.properties if each.key in names]
        return write(card.with_properties(each.with_value("") if each.key in data.without_value else each for each in kept))


def _is_plain(lines: str) -> bool:
    """Tell whether nothing in lines of names and ETags has to be quoted."""
    if lines.encode().translate(None, _PLAIN):
        return False
    # ETags may hold a plus sign and end a line; in names it is quoted.
    return "+" not in lines or _PLUS_IN_NAME.search(lines) is None


def _name_of(line: str) -> str:
    """Return the upper-case name of the property on a content line of our own writer, without its group."""
    head = line[: line.index(":")].partition(";")[0]
    return head.rpartition(".")[2].upper()


def _etag(item: Item) -> str:
    return f'"{item.etag}"'


def _modified(item: Item) -> str:
    return _date(item.modified_at)


def _length(item: Item) -> str:
    return str(len(item.body or b""))


@lru_cache(maxsize=4096)
def _date(moment: int) -> str:
    # What was imported together has one date.
    return formatdate(moment, usegmt=True)


def _compiled(names: tuple[str, ...], constants: Mapping[str, str], *, is_minimal: bool) -> Iterator[str | Mark]:
    text = "</href>"
    found = [name for name in names if name in _MARKS or name in constants]
    missing = [] if is_minimal else [name for name in names if name not in found]
    if found or not missing:
        text += "<propstat><prop>"
        for name in found:
            mark = _MARKS.get(name)
            if mark is None:
                text += element(name, constants[name])
            else:
                opening, _, closing = element(name, "\0").partition("\0")
                yield text + opening
                yield mark
                text = closing
        text += FOUND
    if missing:
        text += f"<propstat><prop>{missing_elements(missing)}{MISSING}"
    yield text + "</response>"
