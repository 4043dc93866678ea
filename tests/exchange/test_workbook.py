# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from dirserver.errors import BadInput
from dirserver.exchange.source import Source
from dirserver.exchange.workbook import table_of


def workbook(*rows: tuple[object, ...]) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out


def parts_of(octets: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_sheet(rows: str, *, before: str = "") -> io.BytesIO:
    """A workbook whose first sheet says just this."""
    parts = parts_of(workbook(("x",)).getvalue())
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/worksheets/sheet1.xml"] = f'{before}<worksheet xmlns="{space}">{rows}</worksheet>'.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


@pytest.mark.parametrize(
    "rows, why",
    [
        ('<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>', "larger than"),
        ('<sheetData><row r="99999999999"><c><v>1</v></c></row></sheetData>', "larger than"),
        ("<sheetData><row><c><v>1</v></c></row>", "no workbook"),
        ('<sheetData><row><c t="s"><v>7</v></c></row></sheetData>', "no workbook"),
    ],
)
def test_a_sheet_that_is_odd_or_too_large_is_refused_in_words(rows: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        table_of(Source.of(with_sheet(rows)))


def test_a_sheet_with_entities_is_refused() -> None:
    with pytest.raises(BadInput):
        table_of(Source.of(with_sheet("&b;", before='<!DOCTYPE a [<!ENTITY b "c">]>')))


def test_what_a_sheet_says_of_its_own_size_is_not_believed() -> None:
    given = with_sheet('<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    assert table_of(Source.of(given)).head() == b"1\r\n"


def test_the_first_sheet_of_a_workbook_is_a_table():
    born = datetime(1985, 4, 12)  # noqa: DTZ001 -- cells have no zone
    given = workbook(("Name", "Number", "Born", "Notes"), ("Żaneta", 48221234567, born, 'said "no", twice'), (None, 1.5, None, True))
    read = table_of(Source.of(given)).head().decode()
    assert read == 'Name,Number,Born,Notes\r\nŻaneta,48221234567,1985-04-12,"said ""no"", twice"\r\n,1.5,,true\r\n'


def test_other_files_are_left_as_they_are():
    source = Source.of(io.BytesIO(b"cn,mail\nAda,ada@example.com\n"))
    assert table_of(source) is source


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"PK\x03\x04" + b"\0" * 500])
def test_what_is_no_workbook_is_refused(content: bytes):
    with pytest.raises(BadInput):
        table_of(Source.of(io.BytesIO(content)))


def test_an_archive_of_something_else_and_one_that_unpacks_to_too_much_are_refused():
    for name, data in (("readme.txt", b"hello"), ("xl/worksheets/sheet1.xml", b"\0" * (257 * 1024 * 1024))):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(name, data)
        with pytest.raises(BadInput):
            table_of(Source.of(out))
