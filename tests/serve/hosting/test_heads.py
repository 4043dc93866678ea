# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.serve.hosting.heads import HEADERS, BadHead, Heads

ALWAYS = {"SCRIPT_NAME": "", "wsgi.url_scheme": "http"}


def head(text: str | bytes, heads: Heads | None = None):
    octets = text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode()
    return (heads or Heads(ALWAYS)).read(octets)


def test_a_request_becomes_an_environment() -> None:
    read = head(
        "REPORT /dav/M%C3%BCller/?a=b%20c HTTP/1.1\nHost: x:1\nContent-Type: text/xml\nContent-Length: 12\nDepth: 1\n"
        "Accept: a\nAccept: b\nCookie: a=1\nCookie: b=2\nX_Forwarded_For: 192.0.2.1\n\n"
    )
    assert (read.method, read.length, read.may_stay, read.is_old, read.waits_for_word) == ("REPORT", 12, True, False, False)
    told = dict(read.environ)
    assert told.pop(HEADERS)
    assert told == {
        **ALWAYS,
        "REQUEST_METHOD": "REPORT",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": "/dav/M\u00c3\u00bcller/",
        "QUERY_STRING": "a=b%20c",
        "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": "12",
        "HTTP_HOST": "x:1",
        "HTTP_DEPTH": "1",
        "HTTP_ACCEPT": "a,b",
        "HTTP_COOKIE": "a=1; b=2",
    }


@pytest.mark.parametrize(
    "first, path, query",
    [
        ("GET http://h/a/b?c HTTP/1.1", "/a/b", "c"),
        ("GET http://h HTTP/1.1", "/", ""),
        ("OPTIONS * HTTP/1.1", "*", ""),
        ("GET //a//b HTTP/1.1", "//a//b", ""),
        ("GET /a?b?c HTTP/1.1", "/a", "b?c"),
        ("GET /%00%0d HTTP/1.1", "/\x00\r", ""),
    ],
)
def test_targets_in_all_their_forms(first: str, path: str, query: str) -> None:
    environ = head(f"{first}\nHost: h\n\n").environ
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == (path, query)


@pytest.mark.parametrize(
    "text, status",
    [
        ("GET / HTTP/1.1\n\n", 400),
        ("GET / HTTP/1.1\nHost: a\nHost: b\n\n", 400),
        ("GET / HTTP/1.1\nHost: a\nAuthorization: a\nAuthorization: b\n\n", 400),
        ("PUT / HTTP/1.1\nHost: a\nContent-Length: 3\nContent-Length: 3\n\n", 400),
        ("PUT / HTTP/1.1\nHost: a\nContent-Length: +3\n\n", 400),
        ("PUT / HTTP/1.1\nHost: a\nContent-Length: 3\nTransfer-Encoding: chunked\n\n", 400),
        ("PUT / HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked\n\n", 400),
        ("PUT / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n", 400),
        ("GET / HTTP/1.1\nHost : a\n\n", 400),
        ("GET / HTTP/1.1\nHost: a\n b: c\n\n", 400),
        ("GET / HTTP/1.1\nHost: a\x00b\n\n", 400),
        ("GET /\u00fc HTTP/1.1\nHost: a\n\n", 400),
        ("CONNECT a:1 HTTP/1.1\nHost: a\n\n", 501),
        ("TRACE / HTTP/1.1\nHost: a\n\n", 501),
        ("BREW / HTTP/1.1\nHost: a\n\n", 501),
        ("GET / HTTP/2.0\nHost: a\n\n", 505),
        ("nonsense\n\n", 501),
        (b"GET / HTTP/1.1\nHost: a\n\r\n\r\n", 400),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str | bytes, status: int) -> None:
    with pytest.raises(BadHead) as caught:
        head(text)
    assert caught.value.status == status


def test_what_stays_and_what_waits() -> None:
    assert head("GET / HTTP/1.0\n\n").is_old
    assert not head("GET / HTTP/1.0\nConnection: keep-alive\n\n").may_stay
    assert not head("GET / HTTP/1.1\nHost: a\nConnection: close\n\n").may_stay
    assert head("PUT / HTTP/1.1\nHost: a\nExpect: 100-Continue\nContent-Length: 1\n\n").waits_for_word
    assert head("GET / HTTP/1.1\nHost: a\nUpgrade: h2c\nConnection: Upgrade\n\n").length == 0
    chunked = head("PUT / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n")
    assert (chunked.length, chunked.chunks is not None) == (None, True)


def test_requests_with_the_same_headers_share_nothing_but_what_these_say() -> None:
    heads = Heads(ALWAYS)
    rest = "Host: a\nAuthorization: Basic eDp5\nContent-Length: 2\n\n"
    first = head(f"REPORT /1 HTTP/1.1\n{rest}", heads)
    first.environ["HTTP_HOST"] = "changed"
    second = head(f"GET /2?q HTTP/1.1\n{rest}", heads)
    assert second == head(f"GET /2?q HTTP/1.1\n{rest}")._replace(environ=second.environ)
    assert (second.environ["HTTP_HOST"], second.environ["PATH_INFO"], second.environ["QUERY_STRING"]) == ("a", "/2", "q")
    assert first.environ[HEADERS] == second.environ[HEADERS] != head("GET / HTTP/1.1\nHost: b\n\n", heads).environ[HEADERS]
    third = head(f"GET /3 HTTP/1.0\n{rest}", heads)
    assert third.is_old


LINES = st.sampled_from(
    [
        "GET /a HTTP/1.1",
        "PUT /%41?x HTTP/1.1",
        "REPORT /a HTTP/1.0",
        "GET /a  HTTP/1.1",
        "get /a HTTP/1.1",
        "GET http://b/c HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET /a?b#c HTTP/1.1",
        "MOVE /a\tHTTP/1.1",
    ]
)
RESTS = st.lists(
    st.sampled_from(["Host: a", "Content-Length: 3", "Transfer-Encoding: chunked", "X: y", "Connection: close", "Expect: 100-continue"]),
    unique=True,
)
OWN = st.lists(
    st.sampled_from(
        [
            *('If-Match: "a"', 'if-match: "b", "c"', 'If-Match:"d"', "If-Match: ", 'If-Match:  "e" ', "If-Match: *\tx", " If-Match: x"),
            *("If-None-Match: *", 'IF-NONE-MATCH: W/"f"', "If_Match: g", "Content-Length: 4", "content-length: 0", "Content-Length: 04"),
            *("Content-Length:5", "Content-Length: 6 ", "Content-Length: -1"),
        ]
    ),
    max_size=3,
)


def told(text: str, by: Heads):
    try:
        read = head(text, by)
    except BadHead as bad:
        return bad.status, bad.text
    return (*read[:1], {key: value for key, value in read.environ.items() if key != HEADERS}, read.length, *read[4:])


@given(LINES, LINES, RESTS)
def test_a_head_whose_headers_are_known_is_read_as_any_other(before: str, line: str, rest: list[str]) -> None:
    heads = Heads(ALWAYS)
    tail = "".join(f"{each}\n" for each in rest) + "\n"
    told(f"{before}\n{tail}", heads)
    assert told(f"{line}\n{tail}", heads) == told(f"{line}\n{tail}", Heads(ALWAYS))


@given(RESTS, st.lists(OWN, min_size=2, max_size=4), st.data())
def test_conditions_and_lengths_are_those_of_each_request(rest: list[str], owns: list[list[str]], data: st.DataObject) -> None:
    heads = Heads(ALWAYS)
    for own in owns:
        lines = list(rest)
        for each in own:
            lines.insert(data.draw(st.integers(0, len(lines))), each)
        method = data.draw(st.sampled_from(["PUT", "GET", "REPORT"]))
        text = f"{method} /a HTTP/1.1\n" + "".join(f"{each}\n" for each in lines) + "\n"
        assert told(text, heads) == told(text, Heads(ALWAYS))


@pytest.mark.parametrize("lines", ["Content-Length:5\nContent-Length: 7\n", 'If-Match:"a"\nIf-Match: "b"\n'])
def test_what_another_method_said_in_its_own_spelling_is_not_overruled_by_a_put(lines: str) -> None:
    heads = Heads(ALWAYS)
    told(f"GET /a HTTP/1.1\nHost: a\n{lines.splitlines()[0]}\n\n", heads)
    text = f"PUT /a HTTP/1.1\nHost: a\n{lines}\n"
    assert told(text, heads) == told(text, Heads(ALWAYS))


def test_who_writes_under_another_condition_each_time_is_known() -> None:
    heads = Heads(ALWAYS)
    first = head('PUT /1 HTTP/1.1\nHost: a\nIf-Match: "x"\nAuthorization: b\nContent-Length: 2\n\n', heads)
    second = head('PUT /1 HTTP/1.1\nHost: a\nAuthorization: b\nif-match: "y"\nContent-Length: 31\n\n', heads)
    third = head("GET /1 HTTP/1.1\nHost: a\nAuthorization: b\n\n", heads)
    assert first.environ[HEADERS] == second.environ[HEADERS] == third.environ[HEADERS]
    assert [(one.environ.get("HTTP_IF_MATCH"), one.length) for one in (first, second, third)] == [('"x"', 2), ('"y"', 31), (None, 0)]
    twice = "PUT /1 HTTP/1.1\nHost: a\nContent-Length: 2\nAuthorization: b\nContent-Length: 2\n\n"
    with pytest.raises(BadHead):
        head(twice, heads)
