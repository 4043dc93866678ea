# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.multiget_body import SAMPLE_PATH, part
from radicale_dirserver.wire.queries import MultigetQuery, read_book_report
from radicale_dirserver.wire.xml_body import read_xml

DAVX5 = (
    b"<?xml version='1.0' encoding='UTF-8' ?>\n"
    b'<CARD:addressbook-multiget xmlns="DAV:" xmlns:CARD="urn:ietf:params:xml:ns:carddav"><prop><getcontenttype /><getetag />'
    b'<CARD:address-data content-type="text/vcard" version="4.0" /></prop>%s</CARD:addressbook-multiget>'
)
APPLE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<B:addressbook-multiget xmlns:B="urn:ietf:params:xml:ns:carddav">\n'
    b'  <A:prop xmlns:A="DAV:">\n    <A:getetag/>\n    <B:address-data/>\n  </A:prop>\n%s</B:addressbook-multiget>\n'
)


def as_parted(body: bytes) -> MultigetQuery | None:
    """What a body asks for as it is parted, None where that is left to the parser."""
    parted = part(body)
    if parted is None:
        return None
    found = as_read(parted.frame.sample)
    if not isinstance(found, MultigetQuery) or found.paths != (SAMPLE_PATH,):
        return None
    return MultigetQuery(found.properties, parted.paths)


def as_read(body: bytes) -> object:
    try:
        root = read_xml(body)
        return read_book_report(root) if root is not None else None
    except Refused:
        return None


@pytest.mark.parametrize(
    "frame, element",
    [
        (DAVX5, b"<href>%s</href>"),
        (APPLE, b'  <A:href xmlns:A="DAV:">%s</A:href>\n'),
        (APPLE, b"\t<A:href xmlns:A='DAV:' >%s</A:href>\r\n"),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 10, 500])
def test_what_phones_send_is_parted(frame: bytes, element: bytes, count: int) -> None:
    paths = [f"/dav/ada/people/{number}-ab_c~.vcf" for number in range(count)]
    body = frame % b"".join(element % path.encode() for path in paths)
    found = as_parted(body)
    assert found is not None
    assert found.paths == tuple(paths)
    assert found == as_read(body)


def test_one_frame_serves_all_of_a_client() -> None:
    one, two = (part(DAVX5 % b"".join(b"<href>/%d</href>" % number for number in numbers)) for numbers in (range(10), range(7, 9)))
    assert one is not None
    assert two is not None
    assert one.frame == two.frame


@pytest.mark.parametrize(
    "inner",
    [
        b"",
        b"<href/>",
        b"<href />",
        b"<href>/a</href><!-- <href>/b</href> -->",
        b"<!-- <href>/a</href> --><href>/b</href>",
        b"<!-- <href>/a</href><href>/b</href> -->",
        b"<![CDATA[<href>/a</href><href>/b</href>]]>",
        b"<x><href>/a</href><href>/b</href></x>",
        b"<href>/a</href><x/><href>/b</href>",
        b"<href>/a<x/></href>",
        b"<href>/a&amp;b</href>",
        b"<href> /a </href><href>/b</href>",
        b"<href>/a</href> <href>/b</href><href>/c</href>",
        b"<href>/a</href><href xmlns='urn:x'>/b</href>",
        b"<href xmlns='urn:x'>/a</href><href xmlns='urn:x'>/b</href>",
        b"<x:href>/a</x:href>",
        b"<href>/a</href ><href>/b</href >",
        b"<href>/a</href><href>/b",
        b"<HREF>/a</HREF><href>/b</href>",
        b"<href>/\xc3\xa4</href>",
        b"<href>/%C3%A4%20</href><href>/b%</href><href>//host/c</href><href>d/e</href><href></href><href>/%FF</href>",
        b"<href>http://h/a</href><href>/b?c#d</href>",
        b"</prop><href>/a</href><prop>",
    ],
)
@pytest.mark.parametrize("frame", [DAVX5, APPLE, b"<href>%s</href>", b"%s"])
def test_whatever_stands_there_means_what_the_parser_says(frame: bytes, inner: bytes) -> None:
    for body in (frame % inner, frame % (inner + b"<href>/z</href>"), frame % (b"<href>/z</href>" + inner)):
        found = as_parted(body)
        assert found is None or found == as_read(body)


def test_paths_count_as_the_encoding_says() -> None:
    # A code page in which letters stand elsewhere; and one in which they don't.
    for encoding, is_plain in (("cp037", False), ("iso-8859-1", True), ("UTF-16", False), ("windows-1252", True)):
        body = (DAVX5 % b"<href>/a</href><href>/b</href>").replace(b"UTF-8", encoding.encode())
        assert (as_parted(body) is not None) is is_plain
        assert as_parted(body) in (None, as_read(body))


_MARKUP = (
    b"<href> </href> <d:href> </d:href> /a /b.vcf %20 &lt; <!-- --> <prop> </prop> <![CDATA[ ]]> <x/> <getetag/> \xc3\xa9 <href > ' //"
)
_PIECES = st.sampled_from([*_MARKUP.split(), b" ", b"\n", b'"', b"<href x='y'>", b"<href xmlns=''>"])


@given(st.lists(_PIECES, max_size=14), st.sampled_from([DAVX5, APPLE, DAVX5.replace(b"<prop>", b"<prop><href/>")]))
@example([b"<href>", b"/a", b"</href>", b"\n", b"<href>", b"/b.vcf", b"</href>"], DAVX5)
def test_no_pieces_mean_anything_else(pieces: list[bytes], frame: bytes) -> None:
    body = frame % (b"".join(pieces) + b"<href>/z</href>")
    found = as_parted(body)
    assert found is None or found == as_read(body)
