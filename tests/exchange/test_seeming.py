# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.layout import FileFormat, find_layout
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.source import Source


def refusal(octets: bytes, format_: FileFormat = FileFormat.AUTO) -> str:
    with pytest.raises(BadInput) as raised:
        find_layout(Source.of(io.BytesIO(octets)), format_, ColumnMapping())
    return raised.value.public_message


@pytest.mark.parametrize(
    "octets, kind",
    [
        (b"\x7fELF\x02\x01\x01\x00hunter2", "ELF"),
        (b"\x1f\x8b\x08\x00hunter2", "gzip"),
        (b"SQLite format 3\x00hunter2", "SQLite"),
        (b"%PDF-1.7 hunter2", "PDF"),
        (b"<!DOCTYPE html><title>hunter2</title>", "HTML"),
        (b"-----BEGIN PRIVATE KEY-----\nhunter2\n", "PEM"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:hunter2\r\n", "iCalendar"),
        (b'<?xml version="1.0"?><a password="hunter2"/>', "XML"),
        (b'{"password": "hunter2"}', "JSON"),
        (b'[{"password": "hunter2"}]', "JSON"),
        (b"#!/bin/sh\nexport PASSWORD=hunter2\n", "script (#!)"),
        (b"INSERT INTO account VALUES ('hunter2');\n", "SQL"),
        (b'password = "hunter2"\n', "TOML, INI"),
        (b"[database]\nurl=hunter2\n", "TOML, INI"),
        (b"From: a@example.com\nSubject: hunter2\n\n", "e-mail (EML)"),
        (b"root:$6$hunter2:19000:0:99999:7:::\n", "passwd"),
    ],
)
def test_a_wrong_file_is_called_what_it_looks_like_and_nothing_of_it_is_shown(octets: bytes, kind: str):
    told = refusal(octets)
    assert told == f"the file looks like {kind}, not like a list of people; send CSV, XLSX, vCard or LDIF"


@pytest.mark.parametrize("octets", [b"Ym6Q1uAYhunter2=\n", b"hunter2 is my password\n", b"Ada;Lovelace;hunter2\n", b"\x00\x01hunter2"])
def test_what_nobody_knows_is_not_shown_either(octets: bytes):
    assert "hunter2" not in refusal(octets)


@pytest.mark.parametrize(
    "format_, octets, kind",
    [
        (FileFormat.LDIF, b"root:$6$hunter2:19000:\n", "passwd"),
        (FileFormat.VCARD, b"dn: uid=a\nsn: b\n", "LDIF"),
        (FileFormat.CSV, b"BEGIN:VCARD\nFN:x\nEND:VCARD\n", "vCard"),
    ],
)
def test_a_file_of_another_kind_than_was_said_is_told(format_: FileFormat, octets: bytes, kind: str):
    assert f"looks like {kind}," in refusal(octets, format_)


@pytest.mark.parametrize("header", [b"Date,mail\n", b"To: ,mail\n", b"# x,sn\n", b"<name>;mail\n", b"a=b,mail\n", b"[id]\tmail\n"])
def test_a_list_with_a_header_that_is_known_is_a_list_however_it_begins(header: bytes):
    assert find_layout(Source.of(io.BytesIO(header + b"1,2\n")), FileFormat.AUTO, ColumnMapping()).format is FileFormat.CSV
