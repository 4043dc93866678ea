# SPDX-License-Identifier: GPL-3.0-or-later
"""Read vCard 3.0 and 4.0 (RFC 2426, RFC 6350); 2.1 goes through ``card.legacy``.

Rules of this file: what the grammar allows is kept to the letter (names, spelling, groups, order, raw values). Tolerated,
because address books write it: any line ending, a BOM, blank lines, blanks around BEGIN and END, underscores in names, a
missing VERSION (read as 3.0), VERSION anywhere in the card, a vertical tab inside a value (Outlook's soft line break, read
as one), NUL or Ctrl-Z padding after END, a missing FN (made from what else names the contact). Refused with the line: every
other control character (phones loop on it and XML can't carry it), what isn't UTF-8, a card in a card, what has no colon.
Nothing is dropped without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from dirserver.card.card import Card, Parameters, Property, Version, trusted_property
from dirserver.card.content import CONTENT_LINE, parse_parameters
from dirserver.card.legacy import is_legacy, read_legacy
from dirserver.card.naming import with_formatted_name
from dirserver.errors import BadCard, TooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """What one card may cost. Octets as received, photo included."""

    card_octets: int = 10_000_000
    properties: int = 5_000
    parameters: int = 100
    """Parameters and values of one property."""
    parameter_octets: int = 65_536
    """Parameters of one property as they are written."""
    line_octets: int = 10_000_000
    """One unfolded line."""
    text_octets: int = 131_072
    """The value of a property that the index reads; photos and unknown properties may be longer."""
    items: int = 2_000
    """Texts in a list or structured value."""


LIMITS = Limits()

BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r*\n|\r")
_FOLD = re.compile(rb"\n[ \t]")
_GOOD_OCTETS = bytes([octet for octet in range(256) if octet in b"\t\n\x0b" or (octet >= 0x20 and octet != 0x7F)])
_BAD_OCTET = re.compile(rb"[\x00-\x08\x0c\x0e-\x1f\x7f]|\xef\xbf[\xbe\xbf]")
_PADDING = b"\x00\x1a \t\r\n"
_VERSIONS = {"3.0": Version.V3, "4.0": Version.V4}
_FRAMES = frozenset({"BEGIN", "END", "VERSION"})


def read(data: bytes | str, *, limits: Limits = LIMITS) -> Card:
    """Read exactly one card. ``BadCard`` names the physical line, counted from 1; ``TooLarge`` the limit.

    A 2.1 card comes back as 3.0. Octets are UTF-8 (2.1 may say otherwise in CHARSET).
    """
    octets = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(octets) > limits.card_octets:
        raise TooLarge(f"the card has {len(octets)} octets; at most {limits.card_octets} are allowed", limits.card_octets)
    octets = octets.removeprefix(BOM)
    if octets[-1:] in {b"\x00", b"\x1a"}:
        octets = octets.rstrip(_PADDING)
    octets = octets.replace(b"\r\n", b"\n")
    if b"\r" in octets:
        octets = _LINE_END.sub(b"\n", octets)
    _refuse_bad_octets(octets)
    if is_legacy(octets):
        return with_formatted_name(read_legacy(octets, most_properties=limits.properties))
    try:
        text = _unfolded(octets).decode()
    except UnicodeDecodeError:
        raise _not_utf8(octets) from None
    lines = text.split("\n")
    try:
        card = _read_lines(lines, limits)
    except _BadLineError as bad:
        raise BadCard(bad.reason, _physical_line(octets, bad.index)) from None
    return with_formatted_name(card)


class _BadLineError(Exception):
    """What is wrong with the logical line ``index``."""

    def __init__(self, reason: str, index: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.index = index


def _read_lines(lines: list[str], limits: Limits) -> Card:
    first, last = _frame(lines)
    version = Version.V3
    properties: list[Property] = []
    add = properties.append
    match = CONTENT_LINE.fullmatch
    for index in range(first + 1, last):
        line = lines[index]
        if not line:
            continue
        found = match(line)
        if found is None:
            if not line.strip():
                continue
            raise _BadLineError(_why_no_line(line), index)
        group, name, wire, value = found.groups()
        if name[0] in "BbEeVv" and (key := name.upper()) in _FRAMES:
            if key != "VERSION":
                raise _BadLineError("one card can't stand inside another; send them one after the other", index)
            version = _version_of(value, index)
            continue
        params = _parameters(name, wire, index, limits) if wire else ()
        if "\x0b" in line:
            value = value.replace("\x0b", "\\n")
        if len(line) > limits.line_octets:
            raise _BadLineError(f"the line of {name} is longer than {limits.line_octets} octets", index)
        add(trusted_property(name, value, group, params))
        if len(properties) > limits.properties:
            raise _BadLineError(f"the card has more than {limits.properties} properties", index)
    return Card(version, tuple(properties))


def _parameters(name: str, wire: str, index: int, limits: Limits) -> Parameters:
    if len(wire) > limits.parameter_octets:
        raise _BadLineError(f"the parameters of {name} are longer than {limits.parameter_octets} octets", index)
    params = parse_parameters(wire)
    if params is None:
        raise _BadLineError(f"the parameters of {name} can't be understood: {wire[:60]!r}", index)
    if sum([1 + len(each.values) for each in params]) > limits.parameters:
        raise _BadLineError(f"{name} has more than {limits.parameters} parameters", index)
    return params


def _frame(lines: list[str]) -> tuple[int, int]:
    """Return where BEGIN and END stand; nothing but blank lines may be outside."""
    first = 0
    last = len(lines) - 1
    while first <= last and not lines[first].strip():
        first += 1
    while last > first and not lines[last].strip():
        last -= 1
    if first > last:
        raise _BadLineError("there is no card here: it must begin with BEGIN:VCARD", 0)
    if not _says(lines[first], "BEGIN:VCARD"):
        raise _BadLineError("a card must begin with BEGIN:VCARD", first)
    if not _says(lines[last], "END:VCARD"):
        for index in range(first + 1, last):
            if _says(lines[index], "END:VCARD"):
                raise _BadLineError("something stands after END:VCARD", index + 1)
        raise _BadLineError("the card is cut off: END:VCARD is missing", last)
    for index in range(first + 1, last):
        if lines[index][:4].upper() == "END:":
            raise _BadLineError("there is more than one card; exactly one is wanted", index)
    return first, last


def _says(line: str, words: str) -> bool:
    return line.strip().upper().replace(" ", "") == words


def _version_of(value: str, index: int) -> Version:
    version = _VERSIONS.get(value.strip())
    if version is None:
        raise _BadLineError(f"vCard version {value.strip()[:20]!r} is not known; 2.1, 3.0 and 4.0 are", index)
    return version


def _why_no_line(line: str) -> str:
    shown = line[:40]
    if line.count('"') % 2:
        return f'a quote (") is not closed in {shown!r}'
    if ":" not in line:
        return f"{shown!r} has no colon; a property is NAME:value, and a folded line goes on after a blank"
    return f"{shown!r} is not a property: a name is made of letters, digits and hyphens"


def _unfolded(octets: bytes) -> bytes:
    if b"\n\t" in octets:
        return _FOLD.sub(b"", octets)
    return octets.replace(b"\n ", b"")


def _refuse_bad_octets(octets: bytes) -> None:
    if not octets.translate(None, _GOOD_OCTETS) and b"\xef\xbf\xbe" not in octets and b"\xef\xbf\xbf" not in octets:
        return
    found = _BAD_OCTET.search(octets)
    if found is None:
        return
    line = octets.count(b"\n", 0, found.start()) + 1
    bad = found[0]
    if bad == b"\x00" and b"\x00" in octets[:4]:
        raise BadCard("this looks like UTF-16; save the file as UTF-8", line)
    if len(bad) == 3:
        raise BadCard("a noncharacter (U+FFFE or U+FFFF) is not allowed; remove it", line)
    raise BadCard(f"the control character 0x{bad[0]:02X} is not allowed; remove it", line)


def _not_utf8(octets: bytes) -> BadCard:
    # A client may have cut a character in two by folding, so each line is looked at together with what continues it.
    logical = b""
    parts: list[tuple[int, int]] = []  # where in the logical line each physical one begins, and its number
    for number, line in enumerate([*octets.split(b"\n"), b""], 1):
        if line[:1] in {b" ", b"\t"} and parts:
            parts.append((len(logical), number))
            logical += line[1:]
            continue
        try:
            logical.decode()
        except UnicodeDecodeError as error:
            at = max(part for part in parts if part[0] <= error.start)[1]
            return BadCard(name_encoding(logical, error), at)
        logical, parts = line, [(0, number)]
    return BadCard("the card must be UTF-8", 1)


def name_encoding(line: bytes, error: UnicodeDecodeError) -> str:
    """Say that ``line`` isn't UTF-8 and what it probably is."""
    bad = line[error.start]
    if line[error.start : error.start + 1] == b"\xed":
        return "half a surrogate pair is not text; the card must be UTF-8"
    guess = "Windows-1252 (Western European)" if 0x80 <= bad <= 0x9F or bad >= 0xC0 else "an 8-bit encoding"
    return f"octet 0x{bad:02X} is not UTF-8; it looks like {guess}. Save the file as UTF-8"


def _physical_line(octets: bytes, index: int) -> int:
    """Return the physical line (from 1) on which the logical line ``index`` (from 0) begins."""
    logical = -1
    for number, line in enumerate(octets.split(b"\n"), 1):
        if number == 1 or line[:1] not in {b" ", b"\t"}:
            logical += 1
        if logical == index:
            return number
    return 1


@dataclass(frozen=True, slots=True)
class CardRead:
    """One card of a file, or why it can't be read. ``line`` is where it begins, ``octets`` how much of the file was read so far."""

    line: int
    card: Card | None
    error: BadCard | TooLarge | None
    octets: int


def read_many(stream: BinaryIO, *, limits: Limits = LIMITS) -> Iterator[CardRead]:
    """Read a file of cards one by one, with memory for one card; what is wrong with one doesn't stop the others.

    Lines in errors count from the start of the file. Whatever stands outside a card is an error too, once for each stretch.
    """
    cutter = _Cutter(limits)
    for line in _physical_lines(stream, limits.card_octets):
        yield from cutter.take(line)
        if cutter.is_hopeless:
            return
    yield from cutter.finish()


_CHUNK_OCTETS = 1 << 16
_ANY_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")


def _physical_lines(stream: BinaryIO, most_octets: int) -> Iterator[tuple[bytes, int]]:
    """Give each line without its end, and the octets read up to its end; what a line has beyond ``most_octets`` is left out."""
    rest = b""
    octets = 0
    while chunk := stream.read(_CHUNK_OCTETS):
        searched = max(len(rest) - 1, 0)  # the last octet may be the CR of a CRLF
        rest += chunk
        octets += len(chunk)
        begin = 0
        for found in _ANY_LINE_END.finditer(rest, searched):
            yield rest[begin : found.start()], octets - len(rest) + found.end()
            begin = found.end()
        rest = rest[begin:]
        if len(rest) > most_octets + 1:
            rest = rest[: most_octets + 1]
    if rest:
        yield rest.removesuffix(b"\r"), octets


class _Cutter:
    """Cut a file into cards: collects lines between BEGIN and END."""

    def __init__(self, limits: Limits) -> None:
        self.is_hopeless = False
        self._limits = limits
        self._number = 0
        self._lines: list[bytes] = []
        self._held = 0
        self._first = 0
        self._stray = False
        self._octets = 0

    def take(self, read: tuple[bytes, int]) -> Iterator[CardRead]:
        """Take the next line; give what it completes."""
        line, self._octets = read
        self._number += 1
        if self._number == 1:
            if line[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                self.is_hopeless = True
                yield CardRead(1, None, BadCard("this file is UTF-16; save it as UTF-8", 1), self._octets)
                return
            line = line.removeprefix(BOM)
        said = line.rstrip().upper() if line[:1] in _BE_OR_SPACE else b""
        if said.lstrip().replace(b" ", b"") == b"BEGIN:VCARD" and (self._first == 0 or said[:1] == b"B"):
            if self._first:
                yield self._failed(BadCard("END:VCARD is missing before the next card begins", self._number))
            self._first, self._lines, self._held, self._stray = self._number, [line], len(line), False
        elif self._first:
            self._held += len(line) + 2
            if self._held <= self._limits.card_octets:
                self._lines.append(line)
            else:
                self._lines.clear()
            if said == b"END:VCARD":
                yield self._completed()
        elif line.strip(_PADDING) and not self._stray:
            self._stray = True
            shown = line[:40].decode("utf-8", "replace")
            error = BadCard(f"{shown!r} stands outside any card; a card begins with BEGIN:VCARD", self._number)
            yield CardRead(self._number, None, error, self._octets)

    def finish(self) -> Iterator[CardRead]:
        """Give what is left at the end of the file."""
        if self._first:
            yield self._failed(BadCard("the file ends inside a card: END:VCARD is missing", self._number))
        elif self._number == 0:
            yield CardRead(1, None, BadCard("the file is empty", 1), 0)

    def _failed(self, error: BadCard | TooLarge) -> CardRead:
        first, self._first, self._lines = self._first, 0, []
        return CardRead(first, None, error, self._octets)

    def _completed(self) -> CardRead:
        most = self._limits.card_octets
        if self._held > most:
            return self._failed(TooLarge(f"line {self._first}: the card has more than {most} octets", most))
        first, lines = self._first, self._lines
        self._first, self._lines = 0, []
        try:
            return CardRead(first, read(b"\n".join(lines), limits=self._limits), None, self._octets)
        except BadCard as error:
            line = first if error.line is None else first + error.line - 1
            return CardRead(first, None, BadCard(error.reason, line), self._octets)
        except TooLarge as error:
            return CardRead(first, None, TooLarge(f"line {first}: {error.public_message}", error.limit), self._octets)


_BE_OR_SPACE = frozenset({b"B", b"b", b"E", b"e", b" ", b"\t"})
