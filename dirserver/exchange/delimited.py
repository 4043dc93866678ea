# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of a delimited file (RFC 4180) and what stands in their cells: several values, and the guard against formulas.

Rules of this file: what is written is read back to the letter. A quote is an error with its line where RFC 4180 forbids it,
instead of a guess that shifts every cell behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dirserver.errors import BadInput, TooLarge
from dirserver.exchange.encoding import MAX_LINE

SEPARATOR = " ::: "
"""Between several values in one cell, as Google's contact lists do it."""

_TOKEN = SEPARATOR.strip()
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
_SPELLED = re.compile(r"\\*" + re.escape(_TOKEN))
_ESCAPED = re.compile(r"\\(\\*" + re.escape(_TOKEN) + ")")
_PADDING = " \t\u00a0"


@dataclass(frozen=True, slots=True)
class Record:
    """One record. ``line``: where it begins. ``fault``: what is wrong with its quotes, "" when nothing is."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


def read_records(lines: Iterable[tuple[int, str]], delimiter: str) -> Iterator[Record]:
    """Yield each record; lines without anything are left out. BadInput when a quote is never closed."""
    lines = iter(lines)
    for number, line in lines:
        if '"' not in line:
            bare = line.rstrip("\r\n")
            if bare:
                yield Record(number, tuple(bare.split(delimiter)))
            continue
        yield _read_quoted(number, line, lines, delimiter)


def _read_quoted(number: int, text: str, lines: Iterator[tuple[int, str]], delimiter: str) -> Record:
    cells: list[str] = []
    fault, position = "", 0
    while True:
        if not text.startswith('"', position):
            end = text.find(delimiter, position)
            if end < 0:
                cells.append(text[position:].rstrip("\r\n"))
                return Record(number, tuple(cells), fault)
            cells.append(text[position:end])
            position = end + len(delimiter)
            continue
        cell, text, position = _read_cell(number, text, position + 1, lines, len(cells) + 1)
        cells.append(cell)
        end = text.find(delimiter, position)
        behind = text[position:] if end < 0 else text[position:end]
        if behind.strip():
            fault = fault or f'cell {len(cells)} goes on with "{behind.strip()[:20]}" after its closing quote'
        if end < 0:
            return Record(number, tuple(cells), fault)
        position = end + len(delimiter)


def _read_cell(number: int, text: str, position: int, lines: Iterator[tuple[int, str]], cell: int) -> tuple[str, str, int]:
    """Read a quoted cell from behind its opening quote; give (value, line that it ends in, position behind the closing quote)."""
    parts: list[str] = []
    opened, length = number, 0
    while True:
        end = text.find('"', position)
        if end < 0:
            parts.append(text[position:])
            length += len(text)
            following = next(lines, None)
            if following is None:
                raise BadInput(f"line {opened}: the quote that opens cell {cell} is never closed; close it, or double it if it is meant")
            if length > MAX_LINE:
                raise TooLarge(f"line {opened}: cell {cell} has more than {MAX_LINE} characters; is a quote missing?", MAX_LINE)
            text, position = following[1], 0
            continue
        parts.append(text[position:end])
        if not text.startswith('"', end + 1):
            return "".join(parts), text, end + 1
        parts.append('"')
        position = end + 2


def split_values(cell: str, separator: str = SEPARATOR) -> tuple[str, ...]:
    """Return the values in a cell: padding and the formula guard away, parted at ``separator``; () for an empty cell."""
    text = cell.strip(_PADDING)
    if not text:
        return ()
    if separator not in text:
        return (_open(text),)
    return tuple(_open(part) for part in text.split(separator) if part.strip())


def join_values(values: Sequence[str]) -> str:
    """Return one cell that ``split_values`` takes apart again, guarded: no spreadsheet takes it for a formula (ASVS 1.2.10)."""
    return SEPARATOR.join([_close(value) for value in values])


def is_formula(cell: str) -> bool:
    """Tell whether an unguarded cell would run as a formula in a spreadsheet: begins as one, and is no phone number or handle."""
    text = cell.lstrip(_PADDING)
    return text.startswith("=") or (text[:1] in "+-@" and "(" in text and any(letter.isalpha() for letter in text.partition("(")[0]))


def _open(value: str) -> str:
    if _GUARDED.match(value):
        value = value[1:]
    return _ESCAPED.sub(r"\1", value) if _TOKEN in value else value


def _close(value: str) -> str:
    if _TOKEN in value:
        value = _SPELLED.sub(r"\\\g<0>", value)
    return f"'{value}" if _DANGEROUS.match(value) else value
