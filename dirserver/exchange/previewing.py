# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file looks like before anybody says what its columns mean: headers, first cells, and what they seem to be."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from dirserver.errors import BadInput
from dirserver.exchange.dates import First, first_of, is_ambiguous
from dirserver.exchange.delimited import Record, read_records
from dirserver.exchange.encoding import choose_encoding, decoded_lines, guess_encoding, is_eight_bit
from dirserver.exchange.headers import meanings_of
from dirserver.exchange.layout import FileFormat, find_layout
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.source import Source
from dirserver.exchange.workbook import table_of

SAMPLES = 4
_DELIMITERS = (";", "\t", "|", ",")
_MOST_COLUMNS = 200
_MOST_SHOWN = 120
_LOOKED_AT = 4_000_000


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """One column: its header, the attribute that it seems to give ("" none), and its first cells that say something."""

    header: str
    attribute: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A file at a glance. ``columns`` is empty for what needs no mapping: vCard and LDIF say themselves what is what.

    ``encoding``: as it was told, or guessed where the file is no Unicode. ``first``: which number of its days comes first, as far as they
    tell; ``has_ambiguous_days``: whether one of those that were looked at depends on it.
    """

    format: FileFormat
    columns: tuple[PreviewColumn, ...]
    encoding: str | None
    first: First | None = None
    has_ambiguous_days: bool = False


def preview(source: Source, mapping: ColumnMapping) -> Preview:
    """Look at a file. BadInput where it is empty, in no encoding that is known, or has too many columns."""
    given = table_of(source)
    with source.blamed():
        if mapping.encoding is None:
            mapping = replace(mapping, encoding=seeming_encoding(given))
        format_ = _format(given, mapping)
        if format_ is not FileFormat.CSV:
            return Preview(format_, (), None)
        head = _head(given, mapping)
        if not head:
            raise BadInput("the file is empty; its first line must name the columns")
        cells = [cell for record in head[1:] for cell in record.cells]
        return Preview(
            format_,
            _columns(head, mapping),
            mapping.encoding,
            first=mapping.first or first_of(cells),
            has_ambiguous_days=any(is_ambiguous(cell) for cell in cells),
        )


def with_guesses(source: Source, mapping: ColumnMapping) -> ColumnMapping:
    """Return a mapping that says of every column what it seems to mean, in which encoding the file seems to be, and how it writes days.

    What ``mapping`` says itself stays. vCard and LDIF need none.
    """
    shown = preview(source, mapping)
    columns = {each.header: each.attribute for each in shown.columns}
    return replace(mapping, columns=columns, encoding=shown.encoding, first=shown.first) if columns else mapping


def seeming_encoding(source: Source) -> str | None:
    """Return in which eight-bit encoding a list seems to be; None for Unicode, and for what says itself what it is."""
    with source.open() as stream:
        if not is_eight_bit(stream.buffered()):
            return None
    with source.open() as stream:
        return guess_encoding(stream.buffered().read(_LOOKED_AT))


def _format(source: Source, mapping: ColumnMapping) -> FileFormat:
    try:
        return find_layout(source, FileFormat.AUTO, mapping).format
    except BadInput:
        # A list whose headers nobody knows is a list all the same.
        return FileFormat.CSV


def _head(source: Source, mapping: ColumnMapping) -> list[Record]:
    encoding = choose_encoding(source.head(), mapping.encoding)
    with source.open() as stream:
        lines = [line for line in itertools.islice(decoded_lines(stream.buffered(), encoding), 200) if line[1].strip()]
    if lines and lines[0][1].lower().lstrip('"').startswith("sep="):
        lines = lines[1:]
    if not lines:
        return []
    delimiters = (mapping.delimiter,) if mapping.delimiter else _DELIMITERS
    read = [_records(lines, delimiter) for delimiter in delimiters]
    return max(read, key=lambda records: len(records[0].cells) if records else 0)


def _records(lines: list[tuple[int, str]], delimiter: str) -> list[Record]:
    found: list[Record] = []
    try:
        found.extend(itertools.islice(read_records(lines, delimiter), 50))
    except BadInput:
        # A cell may go on behind what was looked at.
        return found
    return found


def _columns(head: list[Record], mapping: ColumnMapping) -> tuple[PreviewColumn, ...]:
    headers = [" ".join(cell.split()) or f"column {number}" for number, cell in enumerate(head[0].cells, 1)]
    if len(headers) > _MOST_COLUMNS:
        raise BadInput(f"the file has {len(headers)} columns; more than {_MOST_COLUMNS} are not taken")
    found = []
    for position, (header, meant) in enumerate(zip(headers, meanings_of(headers), strict=True)):
        cells = (record.cells[position].strip() for record in head[1:] if position < len(record.cells))
        said = tuple(itertools.islice((cell[:_MOST_SHOWN] for cell in cells if cell), SAMPLES))
        told = mapping.columns.get(header)
        found.append(PreviewColumn(header, meant if told is None else told, said))
    return tuple(found)
