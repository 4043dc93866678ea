# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import importlib.util
import sys
import zlib
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from radicale_dirserver.wire import sending
from radicale_dirserver.wire.response import XML, Response
from radicale_dirserver.wire.sending import BUFFER_BYTES, begin, send
from radicale_dirserver.wire.stream import Stream


class Source:
    """Blocks that note whether they were given back."""

    def __init__(self, blocks: int, *, fails_at: int | None = None) -> None:
        self.left = blocks
        self.fails_at = fails_at
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.left == self.fails_at:
            raise RuntimeError("password=hunter2")
        if not self.left:
            raise StopIteration
        self.left -= 1
        return b"x" * 10_000

    def close(self) -> None:
        self.is_closed = True


def sent(response: Response, **options: bool):
    begun = []
    body = send(
        response, lambda status, headers: begun.append((status, dict(headers))), **{"takes_gzip": False, "is_head": False} | options
    )
    return begun[0][0], begun[0][1], body


def xml(body) -> Response:
    return Response(HTTPStatus.MULTI_STATUS, (("Content-Type", XML),), body)


def test_what_fits_leaves_whole_with_its_length():
    status, headers, body = sent(begin(xml(iter([b"a", b"b"]))))
    assert (status, headers["Content-Length"], b"".join(body)) == ("207 Multi-Status", "2", b"ab")


def test_what_is_long_flows_without_a_length():
    source = Source(100)
    _, headers, body = sent(begin(xml(source)))
    assert source.left > 90 - BUFFER_BYTES // 10_000
    assert "Content-Length" not in headers
    assert len(b"".join(body)) == 1_000_000
    assert source.is_closed


def test_a_client_that_leaves_gives_the_source_back():
    source = Source(100)
    _, _, body = sent(begin(xml(source)), takes_gzip=True)
    next(iter(body))
    assert isinstance(body, Stream)
    body.close()
    assert source.is_closed


def test_what_fails_at_its_start_fails_before_the_status_leaves():
    with pytest.raises(RuntimeError):
        begin(xml(Source(3, fails_at=1)))


def test_lists_are_compressed_for_who_takes_it():
    _, headers, body = sent(xml(b"x" * 5000), takes_gzip=True)
    packed = b"".join(body)
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(packed))
    assert zlib.decompress(packed, wbits=31) == b"x" * 5000


def test_a_stream_is_compressed_as_it_flows():
    _, headers, body = sent(begin(xml(Source(100))), takes_gzip=True)
    assert headers["Content-Encoding"] == "gzip"
    assert zlib.decompress(b"".join(body), wbits=31) == b"x" * 1_000_000


def test_short_answers_and_cards_are_not_compressed():
    assert "Content-Encoding" not in sent(xml(b"x" * 100), takes_gzip=True)[1]
    assert "Content-Encoding" not in sent(Response(HTTPStatus.OK, (("Content-Type", "text/vcard"),), b"x" * 9999), takes_gzip=True)[1]


def test_head_has_the_length_and_no_body():
    _, headers, body = sent(Response(HTTPStatus.OK, (), b"abc"), is_head=True)
    assert (headers["Content-Length"], list(body)) == ("3", [])


def test_head_of_a_stream_gives_the_source_back():
    source = Source(100)
    assert list(sent(begin(xml(source)), is_head=True)[2]) == []
    assert source.is_closed


@pytest.mark.parametrize("status", [HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED])
def test_some_answers_have_neither_body_nor_length(status):
    _, headers, body = sent(Response(status, (("ETag", '"x"'),)))
    assert "Content-Length" not in headers
    assert b"".join(body) == b""


def test_where_isal_is_missing_zlib_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)
    spec = importlib.util.find_spec("radicale_dirserver.wire.sending")
    assert spec is not None
    assert spec.loader is not None
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    assert other.zlib is zlib
    for packing in (other, sending):
        body = packing.send(xml(b"x" * 5_000), lambda *_begun: None, takes_gzip=True, is_head=False)
        assert zlib.decompress(b"".join(body), 16 + zlib.MAX_WBITS) == b"x" * 5_000
