# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that were read before are read as if for the first time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import BadInput
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.known import KnownRequests
from dirserver.ldap.wire.limits import DEFAULT
from dirserver.ldap.wire.message import BindRequest, Message, Scope, SearchRequest
from dirserver.model.filter import Equality, Substrings
from tests.ldap.speech import encode_message

SEARCH = SearchRequest("dc=example,dc=com", Scope.SUBTREE, Equality("cn", "ada"), ("cn",))


@given(st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=5))
def test_only_the_number_differs(numbers):
    known = KnownRequests(DEFAULT)
    read = [known.read(encode_message(Message(number, SEARCH))) for number in numbers]
    assert [(one.id, one.operation) for one in read] == [(number, SEARCH) for number in numbers]
    assert len({one.octets for one in read}) == 1


@given(st.binary(max_size=80), st.integers(0, 60), st.integers(0, 255))
def test_whatever_comes_is_read_or_refused_as_by_the_decoder_also_after_a_request_like_it(tail, at, octet):
    whole = bytearray(encode_message(Message(7, SEARCH)))
    whole[at % len(whole)] = octet
    known = KnownRequests(DEFAULT)
    known.read(encode_message(Message(7, SEARCH)))
    for data in (bytes(whole), bytes(whole) + tail):
        try:
            expected = decode(data, DEFAULT)
        except BadInput:
            with pytest.raises(BadInput):
                known.read(data)
        else:
            read = known.read(data)
            assert (read.id, repr(read.operation), read.controls) == (expected.id, repr(expected.operation), expected.controls)


def test_a_bind_is_not_kept_since_it_holds_a_password():
    read = KnownRequests(DEFAULT).read(encode_message(Message(1, BindRequest(3, "ada", b"secret"))))
    assert read.octets == b""


@given(st.lists(st.tuples(st.text(max_size=150), st.sampled_from(["cn", "mail", "sn"]), st.booleans()), min_size=2, max_size=5))
def test_what_differs_in_its_filter_alone_is_read_as_by_the_decoder(asked):
    known = KnownRequests(DEFAULT)
    for number, (text, name, is_part) in enumerate(asked, 1):
        wanted = Substrings(name, "", (text or "x",), "") if is_part else Equality(name, text)
        data = encode_message(Message(number, SearchRequest("dc=example,dc=com", Scope.SUBTREE, wanted, ("cn", "mail"), 100)))
        read = known.read(data)
        assert read == decode(data, DEFAULT)
        assert read.octets
    assert len(known._frames) == 1


@given(st.binary(max_size=8), st.integers(0, 80), st.integers(0, 255), st.text(max_size=5))
def test_octets_that_are_wrong_are_refused_as_by_the_decoder_also_in_a_known_frame(tail, at, octet, text):
    known = KnownRequests(DEFAULT)
    known.read(encode_message(Message(7, SEARCH)))
    whole = bytearray(encode_message(Message(7, SearchRequest(SEARCH.base, SEARCH.scope, Equality("sn", text), SEARCH.attributes))))
    whole[at % len(whole)] = octet
    for data in (bytes(whole), bytes(whole) + tail):
        try:
            expected = decode(data, DEFAULT)
        except BadInput:
            with pytest.raises(BadInput):
                known.read(data)
        else:
            read = known.read(data)
            assert (read.id, repr(read.operation), read.controls) == (expected.id, repr(expected.operation), expected.controls)
