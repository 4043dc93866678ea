# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

from openpyxl import load_workbook

from dirserver.exchange.exported import Exported
from dirserver.exchange.writing_xlsx import XlsxWriter


def test_every_cell_is_text_and_nothing_runs():
    stream = io.BytesIO()
    writer = XlsxWriter(stream, ("uid", "mobile", "title", "description"), "Clients / A")
    writer.write(Exported("ada", "u", {"mobile": ("+34911", "+34912"), "title": ("=1+1",), "description": ("a\x0bb",)}, {}, {}, {}))
    writer.close()
    sheet = load_workbook(io.BytesIO(stream.getvalue())).active
    assert sheet.title == "Clients   A"
    header, row = sheet.iter_rows()
    assert [cell.value for cell in header] == ["uid", "mobile", "title", "description"]
    assert [cell.value for cell in row] == ["ada", "+34911 ::: +34912", "=1+1", "ab"]
    assert {cell.data_type for cell in row} == {"s"}


def test_a_text_that_no_cell_can_hold_is_cut():
    stream = io.BytesIO()
    writer = XlsxWriter(stream, ("description",), "")
    writer.write(Exported("ada", "u", {"description": ("x" * 40_000,)}, {}, {}, {}))
    writer.close()
    sheet = load_workbook(io.BytesIO(stream.getvalue())).active
    assert len(sheet["A2"].value) == 32_767
