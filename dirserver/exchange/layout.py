# SPDX-License-Identifier: GPL-3.0-or-later
"""What a file is and how it is read: found out once, from its first octets, then used for each pass over it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dirserver.errors import BadInput
from dirserver.exchange.encoding import choose_encoding, decoded_lines
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.reading_csv import Column, Header, read_csv, read_header
from dirserver.exchange.reading_ldif import read_ldif
from dirserver.exchange.reading_vcard import read_vcards
from dirserver.exchange.row import Notes, Row
from dirserver.exchange.seeming import refuse_text
from dirserver.exchange.source import Source, Stream

_VCARD = re.compile(rb"(?:\xef\xbb\xbf)?\s*begin[ \t]*:[ \t]*vcard", re.IGNORECASE)
_LDIF = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n(?: [^\n]*\n)*)*(?:version[ \t]*:[ \t]*\d|dn::?[ \t]*\S)", re.IGNORECASE)


class FileFormat(StrEnum):
    """What can be imported. AUTO looks at the first octets: what is neither vCard nor LDIF is CSV."""

    AUTO = "auto"
    CSV = "csv"
    VCARD = "vcard"
    LDIF = "ldif"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file is read. ``header`` is a CSV's, else None; ``encoding`` is Python's name of it."""

    format: FileFormat
    encoding: str
    mapping: ColumnMapping
    header: Header | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a CSV; () of anything else."""
        return self.header.columns if self.header is not None else ()

    def rows(self, stream: Stream, notes: Notes) -> Iterator[Row]:
        """Yield every row of one pass; BadInput with a line where the rest can't be read."""
        buffered = stream.buffered()
        if self.format is FileFormat.VCARD:
            return read_vcards(buffered)
        lines = decoded_lines(buffered, self.encoding)
        if self.header is None:
            return read_ldif(lines, notes)
        return read_csv(lines, self.header, self.mapping, notes)


def find_layout(source: Source, format_: FileFormat, mapping: ColumnMapping) -> Layout:
    """Return how ``source`` is read. BadInput when it is empty, when encoding or header are wrong, or it is no such file."""
    head = source.head()
    if format_ is FileFormat.AUTO:
        format_ = FileFormat.VCARD if _VCARD.match(head) else FileFormat.LDIF if _LDIF.match(head) else FileFormat.CSV
    chosen = choose_encoding(head, mapping.encoding)
    if format_ is not FileFormat.CSV:
        refuse_text(head, "vCard" if format_ is FileFormat.VCARD else "LDIF")
        return Layout(format_, chosen, mapping)
    try:
        with source.open() as stream:
            header = read_header(decoded_lines(stream.buffered(), chosen), mapping)
    except BadInput:
        refuse_text(head)
        raise
    return Layout(format_, chosen, mapping, header)
