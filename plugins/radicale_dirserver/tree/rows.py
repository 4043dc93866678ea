# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows about entries: the same few properties thousands of times, so each request compiles its row once.

A row is a list of pieces: text that is the same in every row, and marks where something of the entry goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from enum import Enum
from functools import cached_property, lru_cache
from typing import NamedTuple

from dirserver.card.card import Property, Version
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.directory.views.rendering import Cards, Rendering, Spelling
from dirserver.model.names import ETag, Href
from radicale_dirserver.wire.markup import element, escape, escape_all, escape_octets, quote_path
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


_OF_CARDS = frozenset({Mark.ETAG, Mark.DATA})
_PLAIN_NAMES = re.compile(r"[A-Za-z0-9_.~\n-]*")
_LINE = re.compile(r"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*")
"""A content line with what is folded of it, as our own writer ends lines."""
_TAB, _FEED = "\t", "\n"
_PLAIN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~/-+\t\n"
_PLUS_IN_NAME = re.compile(r"\+(?=[^\n]*\t)")
_FRAME = frozenset({"BEGIN", "VERSION", "END"})


_EVERYWHERE = {dav("resourcetype"): "", dav("getcontenttype"): escape(VCARD)}


def constants_of(mount: str, login: str, owner: str) -> dict[str, str]:
    """Return the inside of the properties that are the same on every entry of a book."""
    principal = f"<href>{quote_path(f'{mount}/{login}/')}</href>"
    return {
        **_EVERYWHERE,
        dav("current-user-principal"): principal,
        dav("principal-collection-set"): f"<href>{quote_path(f'{mount}/')}</href>",
        dav("owner"): owner,
    }


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """What rows are made of besides the values: ``template`` takes head, name and what ``marks`` say, in their order.

    ``octets`` is the same for octets without the head, with quotes around the ETag. ``is_of_tags``: ETags are all that it takes, once,
    and lines can be told apart in it.
    """

    marks: tuple[Mark, ...]
    template: str
    octets: bytes
    is_of_tags: bool

    @classmethod
    def of(cls, pieces: Iterable[str | Mark]) -> Pattern:
        """Return the pattern of text and marks."""
        given = list(pieces)
        marks = tuple(piece for piece in given if isinstance(piece, Mark))
        template = "%s%s" + "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in given)
        octets = "%s" + "".join(
            piece.replace("%", "%%") if isinstance(piece, str) else '"%s"' if piece is Mark.ETAG else "%s" for piece in given
        )
        return cls(marks, template, octets.encode(), marks == (Mark.ETAG,) and {_TAB, _FEED}.isdisjoint(template))

    def spell(self, cards: Cards) -> list[bytes]:
        """Return a DAV:response for each of these without its head, in their order. Only for ETags and cards."""
        hrefs, _, bodies, _, etags = cards
        joined = _FEED.join(hrefs)
        names = joined if _PLAIN_NAMES.fullmatch(joined) is not None else _FEED.join(map(quote_path, hrefs))
        columns = {Mark.ETAG: _FEED.join(etags).encode().split(b"\n"), Mark.DATA: escape_all(bodies)}
        told = zip(names.encode().split(b"\n"), *[columns[mark] for mark in self.marks], strict=True)
        return [self.octets % values for values in told]


class RowWriter:
    """Writes rows about the entries of one book, as one request wants them.

    ``constants`` makes the inside of the properties that are the same on every entry.
    """

    def __init__(
        self, book_path: str, asked: PropertyRequest, constants: Callable[[], Mapping[str, str]], *, is_minimal: bool = False
    ) -> None:
        self._head = f"<response><href>{quote_path(book_path)}"
        self._data = asked.address_data or AddressData()
        if asked.wanted is Wanted.NAMES:
            names = tuple(dict.fromkeys([*_ALLPROP, *constants()]))
            self._is_usual = False
            self._pattern = Pattern.of([f"</href><propstat><prop>{missing_elements(names)}{FOUND}</response>"])
            return
        names = tuple(dict.fromkeys(_ALLPROP + asked.names if asked.wanted is Wanted.ALL else asked.names))
        usual = _usual_pattern(names)
        self._is_usual = usual is not None
        self._pattern = usual or Pattern.of(_compiled(names, constants(), is_minimal=is_minimal))

    @property
    def needs_body(self) -> bool:
        """Tell whether rows need cards: what only asks for ETags never loads one."""
        return Mark.DATA in self._pattern.marks or Mark.LENGTH in self._pattern.marks

    @property
    def takes_lines(self) -> bool:
        """Tell whether rows are made of name and ETag alone, and so by ``rows``."""
        return self._pattern.is_of_tags

    @property
    def takes_cards(self) -> bool:
        """Tell whether rows are made of name, ETag and whole card alone, and so by ``cards``."""
        return Mark.DATA in self._pattern.marks and _OF_CARDS.issuperset(self._pattern.marks) and self._data.properties is None

    @property
    def head(self) -> bytes:
        """What stands in each row before the name of an entry."""
        return self._head.encode()

    @property
    def spelling(self) -> Spelling[bytes] | None:
        """What makes rows of whole cards without their heads, one for all who ask the same; None where rows say more of who asks."""
        return self._pattern.spell if self.takes_cards and self._is_usual else None

    @property
    def version(self) -> Version | None:
        """The version of vCard that is asked for, None for that of the client's profile."""
        return Version(self._data.version) if self._data.version else None

    def row(self, item: Item) -> str:
        """Return one DAV:response."""
        return self._pattern.template % (self._head, quote_path(item.href), *[value(item) for value in self._values])

    @cached_property
    def _values(self) -> tuple[Callable[[Item], str], ...]:
        values: Mapping[Mark, Callable[[Item], str]] = {
            Mark.ETAG: _etag,
            Mark.MODIFIED: _modified,
            Mark.LENGTH: _length,
            Mark.DATA: self._data_of,
        }
        return tuple(values[mark] for mark in self._pattern.marks)

    def rows(self, lines: str) -> str:
        """Return a DAV:response for each of a block of lines: name, tab, ETag, line feed. Only where ``takes_lines``."""
        between, _, after = (self._pattern.template.removeprefix("%s%s") % "\0").partition("\0")
        if _is_plain(lines):
            text = lines[:-1].replace(_TAB, f'{between}"').replace(_FEED, f'"{after}{self._head}')
            return f'{self._head}{text}"{after}'
        told = (line.split(_TAB) for line in lines[:-1].split(_FEED))
        return "".join(self.row(Item(Href(name), ETag(etag), 0)) for name, etag in told)

    def cards(self, shown: Sequence[Rendering]) -> list[bytes]:
        """Return a DAV:response for each of these, in their order. Only where ``takes_cards``."""
        head = self.head
        return [head + row for row in self._pattern.spell(Cards.of(shown))] if shown else []

    def _data_of(self, item: Item) -> str:
        body = item.body or b""
        data = self._data
        if data.properties is None:
            return escape_octets(body)
        return escape(self._part_of(body, data.properties))

    def _part_of(self, body: bytes, names: frozenset[str]) -> str:
        data = self._data
        if not data.without_value:
            return "".join(line for line in _LINE.findall(body.decode()) if _is_named(_head_of(line), names | _FRAME))
        card = read(body)
        kept = [each for each in card.properties if _is_named(_head(each), names)]
        return write(card.with_properties(each.with_value("") if _is_named(_head(each), data.without_value) else each for each in kept))


def _is_plain(lines: str) -> bool:
    """Tell whether nothing in lines of names and ETags has to be quoted."""
    if lines.encode().translate(None, _PLAIN):
        return False
    # ETags may hold a plus sign and end a line; in names it is quoted.
    return "+" not in lines or _PLUS_IN_NAME.search(lines) is None


def _is_named(head: str, names: frozenset[str]) -> bool:
    """Tell whether a property is among those named: without a group in any, with one in that group alone (RFC 6352 section 10.4.2)."""
    return head in names or head.rpartition(".")[2] in names


def _head_of(line: str) -> str:
    """Return the upper-case name of the property on a content line of our own writer, with its group."""
    return line[: line.index(":")].partition(";")[0].upper()


def _head(each: Property) -> str:
    return each.key if each.group is None else f"{each.group.upper()}.{each.key}"


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


@lru_cache(maxsize=256)
def _usual_pattern(names: tuple[str, ...]) -> Pattern | None:
    """Return the pattern of what phones ask of every entry, ETag and card, which is the same for everybody; None for all else."""
    if not (_MARKS.keys() | _EVERYWHERE.keys()).issuperset(names):
        return None
    return Pattern.of(_compiled(names, _EVERYWHERE, is_minimal=False))
