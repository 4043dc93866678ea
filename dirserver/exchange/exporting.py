# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a book to a file as somebody sees it: CSV, XLSX, vCard or LDIF, entry by entry.

Rules of this file: everything is read in one snapshot through a Reading, so an export shows what every other door shows.
CSV, vCard and LDIF can be imported again; so can a workbook, without the photos that find no place in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from dirserver.card.card import Version
from dirserver.directory.directory import Directory
from dirserver.directory.reading import Reading
from dirserver.directory.views.entry import BookView, Entry, Form, Search
from dirserver.errors import NotAllowed
from dirserver.exchange.exported import Exported, columns_of, exported
from dirserver.exchange.writing_csv import CsvWriter
from dirserver.exchange.writing_ldif import LdifWriter
from dirserver.model.audit import Action, Event
from dirserver.model.book import BookKind
from dirserver.model.dn import DN
from dirserver.model.entry import Kind
from dirserver.model.filter import ANY_ENTRY, Filter
from dirserver.model.names import Href
from dirserver.model.principal import Door, Principal
from dirserver.model.profile import GroupDialect

if TYPE_CHECKING:
    from dirserver.exchange.writing_xlsx import XlsxWriter

_PAGE = 500

Counted = Callable[[int, int], None]
"""Called as ``progress(entries_done, entries_in_all)``."""


class ExportFormat(StrEnum):
    """What a book can be written as; VCARD is 3.0, which everything reads."""

    CSV = "csv"
    XLSX = "xlsx"
    VCARD = "vcard"
    VCARD4 = "vcard4"
    LDIF = "ldif"


@dataclass(frozen=True, slots=True)
class Export:
    """What an export wrote."""

    entries: int


def export(
    stream: BinaryIO,
    *,
    directory: Directory,
    principal: Principal,
    book: str,
    format: ExportFormat,  # noqa: A002 -- the word that everybody looks for
    suffix: DN | None = None,
    progress: Counted | None = None,
) -> Export:
    """Write the active entries of ``book`` that ``principal`` may see to ``stream``, which stays open.

    ``suffix`` is the top of the tree that LDIF names its records in (``dc=example,dc=com``). NotFound for a book that doesn't
    show, NotAllowed for who may look but not take lists along.
    """
    with directory.reading(principal) as reading:
        view = reading.book(book)
        _require_taking(principal, view)
        total = reading.count(view)
        # Before the first octet leaves: an export that nobody can look up is none.
        directory.record(principal, Event(Action.EXPORTED, f"book:{view.slug}", fields=(format.value,), count=total))
        done = 0
        for done in _written(reading, _Asked(view), format, stream, suffix or DN()):
            if progress is not None and (done % _PAGE == 0 or done == total):
                progress(done, total)
        return Export(done)


def export_found(
    stream: BinaryIO,
    *,
    directory: Directory,
    principal: Principal,
    book: str,
    wanted: Filter | None,
    format: ExportFormat,  # noqa: A002 -- as above
) -> Export:
    """Write what a filter finds in a book (None: everything), for somebody who may take lists along; NotAllowed for others."""
    with directory.reading(principal) as reading:
        view = reading.book(book)
        _require_taking(principal, view)
        total = reading.count(view) if wanted is None else sum(1 for _ in reading.uuids(view, wanted))
        directory.record(principal, Event(Action.EXPORTED, f"book:{view.slug}", fields=(format.value,), count=total))
        return Export(sum(1 for _ in _written(reading, _Asked(view, wanted), format, stream, DN())))


def _require_taking(principal: Principal, view: BookView) -> None:
    # The same at every door. At the command line it is the machine's operator who takes it; whose eyes they look with is another matter.
    if not view.may_export and principal.door is not Door.CLI:
        raise NotAllowed(f"you may look at the book '{view.name}' but not take lists of it along")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is written: a book, or what a filter finds in it."""

    view: BookView
    wanted: Filter | None = None


def _written(reading: Reading, asked: _Asked, format_: ExportFormat, stream: BinaryIO, suffix: DN) -> Iterator[int]:
    """Write entry by entry and give how many are written."""
    view = asked.view
    if format_ in (ExportFormat.VCARD, ExportFormat.VCARD4):
        version = Version.V3 if format_ is ExportFormat.VCARD else Version.V4
        form = Form(version, groups=GroupDialect.CATEGORIES if _has_labels(view) else GroupDialect.STORED)
        for number, rendering in enumerate(reading.renderings(view, _hrefs(reading, asked), form), 1):
            stream.write(rendering.body)
            yield number
        return
    if format_ is ExportFormat.LDIF:
        ldif = LdifWriter(stream, suffix, view.book._replace(slug=view.slug))
        for number, one in enumerate(_exported(reading, asked), 1):
            ldif.write(one)
            yield number
        return
    with_photos = format_ is ExportFormat.CSV
    columns = columns_of(_entries(reading, asked), with_photos=with_photos)
    table = CsvWriter(stream, columns) if with_photos else _workbook(stream, columns, view.name)
    for number, one in enumerate(_exported(reading, asked, with_photos=with_photos), 1):
        table.write(one)
        yield number
    table.close()


def _workbook(stream: BinaryIO, columns: tuple[str, ...], name: str) -> XlsxWriter:
    # It takes a tenth of a second to load: only who wants a workbook waits for it.
    from dirserver.exchange.writing_xlsx import XlsxWriter  # noqa: PLC0415

    return XlsxWriter(stream, columns, name)


def _has_labels(view: BookView) -> bool:
    """Tell whether groups travel as CATEGORIES, in every format: a list that is read in makes them again.

    Among people they are the company's, and a list of people holds people only.
    """
    return view.book.kind is not BookKind.PEOPLE


def _hrefs(reading: Reading, asked: _Asked) -> list[Href] | None:
    return None if asked.wanted is None else [listed.href for listed in reading.found(asked.view, asked.wanted)]


def _entries(reading: Reading, asked: _Asked) -> Iterator[Entry]:
    view, wanted = asked.view, asked.wanted if asked.wanted is not None else ANY_ENTRY
    offset = 0
    while page := reading.search(Search(wanted, books=(view.slug,), limit=_PAGE, offset=offset)).entries:
        yield from (entry for entry in page if entry.kind is not Kind.GROUP or not _has_labels(view))
        offset += len(page)


def _exported(reading: Reading, asked: _Asked, *, with_photos: bool = True) -> Iterator[Exported]:
    names: dict[str, tuple[str, str]] = {}
    for entry in _entries(reading, asked):
        yield exported(reading, entry, names, with_photos=with_photos)
