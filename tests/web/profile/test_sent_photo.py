# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest

from dirserver.web.profile.sent_photo import MAX_PHOTO_BYTES
from tests.web.visitor import Visitor

EDIT = "/me/edit"


def bomb() -> bytes:
    """A PNG that says it has 900 megapixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data, told",
    [
        (b"", "isn't a photo"),
        (b"no picture", "isn't a photo"),
        (b"GIF89a" + bytes(30), "isn't a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing (SVG)"),
        (b"<?xml version='1.0'?>\n<!-- x --><svg/>", "drawing (SVG)"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "HEIC"),
        (bomb(), "more pixels"),
    ],
)
def test_what_is_no_photo_is_refused_and_said_what_it_is(ada: Visitor, data: bytes, told: str):
    page = ada.send(EDIT, ada.open(EDIT).form(EDIT).filled(photo=(BytesIO(data), "me.jpg"), title="Boss"))
    assert page.status == 422
    assert told in page.text
    assert 'value="Boss"' in page.html


def test_a_photo_that_is_too_large_is_refused(ada: Visitor):
    page = ada.send(EDIT, ada.open(EDIT).form(EDIT).filled(photo=(BytesIO(bytes(MAX_PHOTO_BYTES + 1)), "me.jpg")))
    assert page.status == 422
    assert "10 MB" in page.text
    page = ada.send(EDIT, ada.open(EDIT).form(EDIT).filled(photo=(BytesIO(bytes(2 * MAX_PHOTO_BYTES)), "me.jpg")))
    assert page.status == 413
