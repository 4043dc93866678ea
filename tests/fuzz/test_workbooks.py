# SPDX-License-Identifier: GPL-3.0-or-later
"""Workbooks whose sheets, texts and archives are odd: read as a table, or refused in our own words."""

from __future__ import annotations

import contextlib
import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import BadInput
from dirserver.exchange.source import Source
from dirserver.exchange.workbook import table_of
from tests.exchange.test_workbook import parts_of, workbook
from tests.fuzz.injuries import DEAR, injured

SOUND = workbook(("Name", "Phone", "Born", "Is"), ("Zoe", 48221234567, "1985-04-12", True), ("Bo", 1.5, None, None)).getvalue()
PARTS = parts_of(SOUND)
WORDS = [
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"&b;",
    b'<row r="1048577">',
    b'<row r="-1">',
    b'<c r="XFD1" t="s"><v>99999</v></c>',
    b'<c r="A1" t="d"><v>9999-99-99</v></c>',
    b'<c r="" t="n"><v>1e999</v></c>',
    b'<dimension ref="A1:XFD1048576"/>',
    b"</row>",
    b"<v>",
    b't="b"',
    b't="e"',
    b's="7"',
]


def _read(octets: bytes) -> None:
    with contextlib.suppress(BadInput):
        table_of(Source.of(io.BytesIO(octets))).head()


@DEAR
@given(st.data())
def test_a_workbook_whose_parts_are_odd_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PARTS)))
    _read(zipped({**PARTS, name: data.draw(injured([PARTS[name]], WORDS))}))


@DEAR
@given(injured([SOUND], [b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff", b"xl/worksheets/sheet1.xml"]))
def test_a_broken_archive_is_refused(octets: bytes) -> None:
    _read(octets)


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, octets in parts.items():
            archive.writestr(name, octets)
    return out.getvalue()
