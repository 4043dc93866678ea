# SPDX-License-Identifier: GPL-3.0-or-later
"""The first sheet of a workbook (XLSX, ISO/IEC 29500) as CSV, so that everything behind reads one kind of table.

A workbook is a ZIP archive of XML: how much it unpacks to is looked at before anything is unpacked, and entities are refused
(defusedxml, which openpyxl uses where it is installed). What a sheet says of its own size isn't believed, and what comes out of it is
measured while it is written: a few octets can name the last cell of the last row, or one long text a million times.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import PurePath
from typing import BinaryIO
from zipfile import BadZipFile

from dirserver.errors import BadInput
from dirserver.exchange.source import Source

_MEASURED_EVERY = 64
_BEGINS = b"PK\x03\x04"
_MOST_UNPACKED = 256 * 1024 * 1024
_MOST_PARTS = 2_000
_MOST_ROWS = 1_048_576
_MOST_COLUMNS = 1_000


def is_workbook(head: bytes) -> bool:
    """Tell by its first octets whether a file is a ZIP archive, as a workbook is."""
    return head.startswith(_BEGINS)


def table_of(source: Source) -> Source:
    """Return a source as it is, or a workbook's first sheet as CSV under the same name. BadInput for what is no workbook, or too large."""
    if not is_workbook(source.head(len(_BEGINS))):
        return source
    with source.open() as stream:
        copy = io.BytesIO(stream.read())
    _require_modest(copy, source.name)
    # It takes a tenth of a second to load: only who brings a workbook waits for it.
    from openpyxl import load_workbook  # noqa: PLC0415

    written = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the source
    try:
        book = load_workbook(copy, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            _write(sheet.iter_rows(values_only=True), written, source.name)
        finally:
            book.close()
    except BadInput:
        written.close()
        raise
    except Exception as error:  # whatever the library stumbles over: ZIP, XML, numbers, a part that isn't there
        written.close()
        raise BadInput(f"{source.name}: this is no workbook that can be read; save it as XLSX or CSV again") from error
    return Source.over(source.name, written)


def _require_modest(copy: BinaryIO, name: str) -> None:
    try:
        with zipfile.ZipFile(copy) as archive:
            parts = archive.infolist()
    except BadZipFile:
        raise BadInput(f"{PurePath(name).name}: this archive is broken; save the workbook again") from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise BadInput(f"{PurePath(name).name}: this workbook unpacks to more than 256 MB; save its sheet as CSV")
    copy.seek(0)


def _write(rows: Iterable[Sequence[object]], written: BinaryIO, name: str) -> None:
    text = io.TextIOWrapper(written, encoding="utf-8", newline="")
    table = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    width = 0
    try:
        for number, row in enumerate(rows, 1):
            if number > _MOST_ROWS or len(row) > _MOST_COLUMNS:
                raise BadInput(f"{PurePath(name).name}: this sheet is larger than {_MOST_ROWS} rows or {_MOST_COLUMNS} columns")
            # Cells at the end that hold nothing are not there; as a table each row is as wide as its first one.
            width = width or len(row)
            table.writerow([*map(_cell, row), *[""] * (width - len(row))])
            if number % _MEASURED_EVERY == 0 and text.tell() > _MOST_UNPACKED:
                raise BadInput(f"{PurePath(name).name}: this sheet is a table of more than 256 MB; split it")
    finally:
        text.flush()
        text.detach()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() if value.time() == time(0):
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)
