# SPDX-License-Identifier: GPL-3.0-or-later
"""A workbook for people: one sheet, every cell text, so that no number loses its plus and nothing runs as a formula."""

from __future__ import annotations

import re
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from dirserver.exchange.delimited import SEPARATOR
from dirserver.exchange.exported import Exported
from dirserver.exchange.writing_csv import values_of

_LONGEST = 32_767
"""Characters that a cell can hold."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")


class XlsxWriter:
    """Writes one row for each entry; the workbook is complete when it is closed. Photos don't fit in cells and are left out."""

    def __init__(self, stream: BinaryIO, columns: tuple[str, ...], title: str) -> None:
        self._stream = stream
        self._columns = columns
        self._workbook = Workbook(write_only=True)
        self._sheet: WriteOnlyWorksheet = self._workbook.create_sheet(_NO_SHEET_NAME.sub(" ", title)[:31] or "people")
        self._sheet.freeze_panes = "A2"
        for number, column in enumerate(columns, 1):
            self._sheet.column_dimensions[get_column_letter(number)].width = max(12, min(36, len(column) + 8))
        self._sheet.append([self._cell(column, is_bold=True) for column in columns])

    def write(self, one: Exported) -> None:
        """Write one entry."""
        self._sheet.append([self._cell(SEPARATOR.join(values_of(one, column))) for column in self._columns])

    def close(self) -> None:
        """Write the workbook."""
        self._workbook.save(self._stream)

    def _cell(self, text: str, *, is_bold: bool = False) -> Cell:
        cell = WriteOnlyCell(self._sheet, value=_CONTROL.sub("", text)[:_LONGEST])
        # openpyxl takes "=..." for a formula; the type says that it is text.
        cell.data_type = "s"
        if is_bold:
            cell.font = Font(bold=True)
        return cell
