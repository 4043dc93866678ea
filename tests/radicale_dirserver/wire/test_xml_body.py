# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import tracemalloc

import pytest

from radicale_dirserver.wire.errors import Refused
from radicale_dirserver.wire.xml_body import MAX_DEPTH, MAX_ELEMENTS, read_xml

BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
HOSTILE = {
    "entities that grow": BOMB,
    "an external entity": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "an external DTD": b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>',
    "a DTD without harm": b"<!DOCTYPE a><a/>",
    "too many levels": b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
    "too many elements": b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>",
    "an end that is missing": b"<a><b></a>",
    "no XML at all": b'{"a": 1}',
    "two roots": b"<a/><b/>",
    "octets that aren't UTF-8": b"<a>\xff\xfe\xfa</a>",
    "an encoding that nobody knows": b'<?xml version="1.0" encoding="martian"?><a/>',
    "a control character": b"<a>\x01</a>",
    "a prefix that is not declared": b"<d:a/>",
    "half a declaration": b"<?xml",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_refused_without_repeating_it(body):
    with pytest.raises(Refused) as caught:
        read_xml(body)
    assert caught.value.status == 400
    assert "passwd" not in caught.value.message


@pytest.mark.parametrize("body", [b"", b" \r\n "])
def test_an_empty_body_is_no_document(body):
    assert read_xml(body) is None


def test_deep_documents_are_refused_while_they_are_read():
    deep = b"<a>" * 2_000_000
    tracemalloc.start()
    with pytest.raises(Refused):
        read_xml(deep)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_names_come_in_clark_notation_whatever_the_prefix():
    root = read_xml(b'<q:propfind xmlns:q="DAV:"><q:prop><x xmlns="urn:y"/></q:prop></q:propfind>')
    assert root is not None
    assert [each.tag for each in root.iter()] == ["{DAV:}propfind", "{DAV:}prop", "{urn:y}x"]


def test_a_document_may_be_in_utf16():
    root = read_xml('<?xml version="1.0" encoding="utf-16"?><a>ł</a>'.encode("utf-16"))
    assert root is not None
    assert root.text == "ł"
