# SPDX-License-Identifier: GPL-3.0-or-later
"""Short ways to import into a book and to export it, as the operator unless somebody else is named."""

from __future__ import annotations

import io

from dirserver.card.fields import attributes
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Entry, Search
from dirserver.exchange.applying import Applied, BadRows, apply
from dirserver.exchange.exporting import ExportFormat, export
from dirserver.exchange.layout import FileFormat
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.planning import Plan, plan
from dirserver.model.book import BookKind
from dirserver.model.dn import DN
from dirserver.model.entry import Kind
from dirserver.model.principal import Principal

OPERATOR = Principal.system()
SUFFIX = DN.of_domain("example.com")


def add_book(directory: Directory, slug: str, kind: BookKind = BookKind.SHARED) -> None:
    """Make an empty book."""
    with directory.writing(OPERATOR) as writing:
        writing.add_book(slug, kind, slug.capitalize())


def planned(
    directory: Directory,
    text: str | bytes,
    book: str = "people",
    *,
    mapping: ColumnMapping | None = None,
    who: Principal = OPERATOR,
    file_format: FileFormat = FileFormat.AUTO,
) -> Plan:
    """Plan the import of a text."""
    octets = text.encode() if isinstance(text, str) else text
    return plan(io.BytesIO(octets), directory=directory, principal=who, book=book, mapping=mapping, format=file_format)


def imported(
    directory: Directory,
    text: str | bytes,
    book: str = "people",
    *,
    mapping: ColumnMapping | None = None,
    who: Principal = OPERATOR,
    bad_rows: BadRows = BadRows.STOP,
) -> Applied:
    """Plan and apply the import of a text."""
    return apply(planned(directory, text, book, mapping=mapping, who=who), directory, who, bad_rows=bad_rows)


def exported_as(directory: Directory, file_format: ExportFormat, book: str = "people", who: Principal = OPERATOR) -> bytes:
    """The octets of an export."""
    stream = io.BytesIO()
    export(stream, directory=directory, principal=who, book=book, format=file_format, suffix=SUFFIX)
    return stream.getvalue()


def entries_of(directory: Directory, book: str = "people", who: Principal = OPERATOR) -> dict[str, Entry]:
    """The active entries of a book, by uid, without the labels that their categories made."""
    with directory.reading(who) as reading:
        found = reading.search(Search(books=(reading.book(book).slug,))).entries
    return {entry.name: entry for entry in found if entry.kind is not Kind.GROUP}


def values_of(entry: Entry) -> dict[str, tuple[str, ...]]:
    """The attributes of an entry, without those that are other entries, values in no order."""
    return {name: tuple(sorted(values)) for name, values in attributes(entry.card).items() if name not in ("manager", "secretary")}
