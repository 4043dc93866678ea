# SPDX-License-Identifier: GPL-3.0-or-later

from io import BytesIO

from PIL import Image

from dirserver.web.people.photo import THUMBNAIL_PX, Thumbnails
from tests.web.visitor import Visitor


def test_a_photo_is_served_sealed_and_kept_by_its_reader_only(ada: Visitor, change, photo):
    change("bruno", jpegPhoto=photo)
    page = ada.open("/people/bruno")
    link = next(link for link in page.links if link.startswith("/people/bruno/photo?v="))
    answer = ada.open(link).answer
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["Cache-Control"].startswith("private")
    again = ada.open(link, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304
    assert again.answer.data == b""


def test_lists_get_small_squares(ada: Visitor, change, photo):
    change("bruno", jpegPhoto=photo)
    link = next(link for link in ada.open("/").links if link.startswith("/people/bruno/photo"))
    assert "size=thumbnail" in link
    for _ in range(2):
        with Image.open(BytesIO(ada.open(link).answer.data)) as image:
            assert image.size == (THUMBNAIL_PX, THUMBNAIL_PX)
            assert "comment" not in image.info


def test_esme_gets_no_photo_even_when_it_is_cached(ada: Visitor, esme: Visitor, change, photo):
    change("bruno", jpegPhoto=photo)
    link = next(link for link in ada.open("/").links if link.startswith("/people/bruno/photo"))
    etag = ada.open(link).answer.headers["ETag"]
    assert esme.open(link).status == 404
    assert esme.open(link, headers={"If-None-Match": etag}).status == 404


def test_who_has_no_photo_has_none(ada: Visitor):
    assert ada.open("/people/zoe/photo").status == 404
    assert ada.open("/people/nobody/photo").status == 404


def test_thumbnails_stay_within_their_memory():
    thumbnails = Thumbnails(max_bytes=100)
    for number in range(10):
        thumbnails.keep(str(number), bytes(40))
        thumbnails.find("0")
    kept = [number for number in range(10) if thumbnails.find(str(number)) is not None]
    assert kept == [0, 9]
