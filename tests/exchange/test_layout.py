# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.layout import FileFormat, find_layout
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.row import Notes
from dirserver.exchange.source import Source


def layout(octets: bytes, file_format: FileFormat = FileFormat.AUTO):
    return find_layout(Source.of(io.BytesIO(octets)), file_format, ColumnMapping())


@pytest.mark.parametrize(
    "octets, expected",
    [
        (b"BEGIN:VCARD\r\n", FileFormat.VCARD),
        (b"\xef\xbb\xbf\n begin : vcard\n", FileFormat.VCARD),
        (b"version: 1\n\ndn: dc=x\n", FileFormat.LDIF),
        (b"# written by\n#  hand\n\ndn:: ZGM9eA==\n", FileFormat.LDIF),
        (b"uid,sn\n", FileFormat.CSV),
        (b"dn,sn\n", FileFormat.CSV),
    ],
)
def test_a_file_tells_what_it_is(octets, expected):
    assert layout(octets).format is expected


def test_what_is_said_counts():
    assert layout(b"sn\nBEGIN:VCARD\n", FileFormat.CSV).format is FileFormat.CSV
    assert layout(b"x", FileFormat.VCARD).columns == ()


def test_rows_can_be_read_more_than_once():
    octets = b"uid,sn\nada,Marlowe\nbruno,Teixeira\n"
    source = Source.of(io.BytesIO(octets))
    found = find_layout(source, FileFormat.AUTO, ColumnMapping())
    assert [column.header for column in found.columns] == ["uid", "sn"]
    for _ in range(2):
        with source.open() as stream:
            assert [row.name for row in found.rows(stream, Notes())] == ["ada", "bruno"]


def test_an_encoding_that_is_wrong_is_told_before_anything_else():
    with pytest.raises(BadInput, match="line 1: the octet 0xF1"):
        layout("uid,sn,ñ\n".encode("latin-1"))
