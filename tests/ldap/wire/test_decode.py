# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import BadInput, TooLarge
from dirserver.ldap.wire.ber import ProtocolError, element, integer
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.limits import DEFAULT, WireLimits
from dirserver.ldap.wire.message import (
    AbandonRequest,
    AddRequest,
    AttributeChange,
    AttributeValues,
    BindRequest,
    CompareRequest,
    Control,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    ModifyKind,
    ModifyRequest,
    Scope,
    SearchRequest,
    UnbindRequest,
    Unreadable,
)
from dirserver.model import filter as tree
from dirserver.model.filter import And, Equality, Extensible, Not, Or, Present, Substrings
from tests.ldap.speech import boolean, encode_message, sequence, text

names = st.text(min_size=1, max_size=20)
octet_strings = st.binary(max_size=40)
assertions = st.one_of(
    st.builds(Present, names),
    st.builds(Equality, names, names),
    st.builds(tree.AtLeast, names, names),
    st.builds(tree.AtMost, names, names),
    st.builds(tree.Approximate, names, names),
    st.builds(Extensible, names, st.none() | names, names, st.booleans()),
    st.builds(Extensible, st.none() | names, names, names, st.booleans()),
    st.builds(Substrings, names, names, st.lists(names, max_size=3).map(tuple), st.just("") | names),
    st.builds(Substrings, names, st.just(""), st.lists(names, min_size=1, max_size=3).map(tuple), st.just("") | names),
)
filters = st.recursive(
    assertions,
    lambda parts: st.one_of(
        st.builds(And, st.lists(parts, max_size=4).map(tuple)),
        st.builds(Or, st.lists(parts, max_size=4).map(tuple)),
        st.builds(Not, parts),
    ),
    max_leaves=12,
)
numbers = st.integers(0, 2**31 - 1)
values = st.lists(octet_strings, min_size=1, max_size=3).map(tuple)
operations = st.one_of(
    st.builds(BindRequest, st.integers(1, 127), names, octet_strings),
    st.builds(BindRequest, st.just(3), names, st.none(), names, st.none() | octet_strings),
    st.just(UnbindRequest()),
    st.builds(
        SearchRequest,
        names,
        st.sampled_from(Scope),
        filters,
        st.lists(names, max_size=5).map(tuple),
        numbers,
        numbers,
        st.booleans(),
        st.integers(0, 3),
    ),
    st.builds(AbandonRequest, numbers),
    st.builds(CompareRequest, names, names, octet_strings),
    st.builds(AddRequest, names, st.lists(st.builds(AttributeValues, names, values), max_size=3).map(tuple)),
    st.builds(
        ModifyRequest, names, st.lists(st.builds(AttributeChange, st.sampled_from(ModifyKind), names, values), max_size=3).map(tuple)
    ),
    st.builds(DeleteRequest, names),
    st.builds(ModifyDNRequest, names, names, st.booleans(), st.none() | names),
    st.builds(ExtendedRequest, names, st.none() | octet_strings),
)
controls = st.lists(st.builds(Control, names, st.booleans(), st.none() | octet_strings), max_size=3).map(tuple)
messages = st.builds(Message, st.integers(1, 2**31 - 1), operations, controls)


@given(messages)
def test_what_a_client_says_is_what_is_read(message: Message) -> None:
    assert decode(encode_message(message)) == message


def lengthened(data: bytes, at: int = 0, end: int | None = None) -> bytes:
    """The same elements with every length in four octets, as Windows writes them."""
    end = len(data) if end is None else end
    out = b""
    while at < end:
        tag, length, start = data[at], data[at + 1], at + 2
        if length >= 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[at + 2 : start], "big")
        contents = data[start : start + length]
        if tag & 0x20:
            contents = lengthened(contents)
        out += bytes((tag, 0x84)) + len(contents).to_bytes(4, "big") + contents
        at = start + length
    return out


@given(messages)
def test_lengths_may_be_longer_than_they_need_to_be(message: Message) -> None:
    assert decode(lengthened(encode_message(message))) == message


@given(messages, st.data())
def test_a_damaged_message_is_read_or_refused_but_never_breaks_the_reader(message: Message, data: st.DataObject) -> None:
    octets = bytearray(encode_message(message))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(octets)))
    try:
        found = decode(bytes(octets[:cut]) if data.draw(st.booleans()) else bytes(octets))
    except ProtocolError:
        return
    assert found.id > 0


@given(st.binary(max_size=200).filter(lambda octets: octets[:1] != b"\x30"))
def test_noise_is_refused(octets: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(octets)


def search(filter_: bytes, attributes: bytes = sequence()) -> bytes:
    head = text("") + integer(2, b"\x0a") + integer(0, b"\x0a") + integer(0) + integer(0) + boolean(False)
    return sequence(integer(1), sequence(head, filter_, attributes, tag=0x63))


def error_of(octets: bytes, limits: WireLimits | None = None) -> BadInput:
    operation = (decode(octets) if limits is None else decode(octets, limits)).operation
    assert isinstance(operation, Unreadable)
    return operation.error


PRESENT = text("cn", 0x87)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30",
        b"\x30\x80\x02\x01\x01\x42\x00\x00\x00",
        sequence(integer(0), b"\x42\x00"),
        sequence(integer(-1), b"\x42\x00"),
        sequence(integer(2**31), b"\x42\x00"),
        sequence(b"\x02\x00", b"\x42\x00"),
        sequence(integer(1)),
        sequence(integer(1), b"\x42\x00") + b"\x00",
        sequence(integer(1), b"\x42\x00", b"\x04\x00"),
        sequence(integer(1), b"\x61\x07\x0a\x01\x00\x04\x00\x04\x00"),
        sequence(integer(1), b"\x7f\x00"),
        sequence(integer(1), b"\x42\x00", sequence(sequence(text("1.2")), sequence(text("1.3"), text("x"), text("y")), tag=0xA0)),
        sequence(integer(1), b"\x42\x00", sequence(*[sequence(text("1.2"))] * 17, tag=0xA0)),
        b"\x30\x85\x00\x00\x00\x00\x05\x02\x01\x01\x42\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_what_has_no_number_or_no_kind_ends_the_connection(octets: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(octets)


@pytest.mark.parametrize(
    "octets",
    [
        sequence(integer(1), b"\x42\x01\x00"),
        sequence(integer(1), sequence(integer(3), text("x"), tag=0x60)),
        sequence(integer(1), sequence(integer(0), text("x"), text("p", 0x80), tag=0x60)),
        sequence(integer(1), sequence(integer(3), b"\x04\x02\xc3\x28", text("p", 0x80), tag=0x60)),
        sequence(integer(1), sequence(integer(3), text("x"), text("p", 0x80), b"\x04\x00", tag=0x60)),
        sequence(integer(1), b"\x50\x00"),
        search(PRESENT, sequence() + b"\x04\x00"),
        search(b"\x8a\x00"),
        search(b"\xa2\x00"),
        search(sequence(PRESENT, PRESENT, tag=0xA2)),
        search(sequence(text("cn"), sequence(), tag=0xA4)),
        search(sequence(text("cn"), sequence(text("a", 0x81), text("b", 0x80)), tag=0xA4)),
        search(sequence(text("cn"), sequence(text("a", 0x82), text("b", 0x81)), tag=0xA4)),
        search(sequence(text("cn"), tag=0xA3)),
        search(sequence(text("cn"), text("a"), text("b"), tag=0xA3)),
        search(sequence(text("x", 0x83), tag=0xA9)),
        search(sequence(text("cn", 0x82), tag=0xA9)),
        sequence(integer(1), sequence(text("cn=x"), sequence(sequence(text("cn"), sequence(tag=0x31))), tag=0x68)),
    ],
)
def test_a_known_request_with_bad_contents_has_an_answer(octets: bytes) -> None:
    assert isinstance(error_of(octets), ProtocolError)


def test_a_deep_filter_is_refused_without_being_walked() -> None:
    """GHSA-qcxq-75wr-5cm8 (ldap3_proto), CVE-2020-12243 (OpenLDAP), CVE-2026-103552 (Apache LDAP API), ldap-parser 0.5.1."""
    nested = PRESENT
    for _ in range(3000):
        nested = sequence(nested, tag=0xA2)
    assert isinstance(error_of(search(nested)), TooLarge)


def test_a_filter_as_deep_as_allowed_is_read() -> None:
    nested = PRESENT
    for _ in range(DEFAULT.filter_depth):
        nested = sequence(nested, tag=0xA2)
    assert isinstance(decode(search(nested)).operation, SearchRequest)
    assert isinstance(error_of(search(sequence(nested, tag=0xA2))), TooLarge)


def test_a_broad_filter_is_refused() -> None:
    assert isinstance(decode(search(sequence(*[PRESENT] * 255, tag=0xA1))).operation, SearchRequest)
    error = error_of(search(sequence(*[PRESENT] * 256, tag=0xA1)))
    assert isinstance(error, TooLarge)
    assert error.limit == 256


def test_a_long_attribute_list_is_refused() -> None:
    assert isinstance(error_of(search(PRESENT, sequence(*[text("jpegPhoto")] * 200_000))), TooLarge)
    assert isinstance(error_of(search(PRESENT, sequence(text("a"), text("b"))), WireLimits(attributes=1)), TooLarge)


def test_a_value_that_is_not_text_leaves_the_rest_of_the_filter() -> None:
    binary = sequence(text("jpegPhoto"), element(b"\x04", b"\xff\xd8\xff"), tag=0xA3)
    operation = decode(search(sequence(binary, PRESENT, tag=0xA1))).operation
    assert isinstance(operation, SearchRequest)
    assert operation.filter == Or((tree.Undefined(), Present("cn")))


def test_true_may_be_any_octet_but_zero() -> None:
    operation = decode(search(PRESENT).replace(b"\x01\x01\x00", b"\x01\x01\x01")).operation
    assert isinstance(operation, SearchRequest)
    assert operation.types_only


def test_a_bind_of_another_kind_is_read_as_a_mechanism_that_nobody_has() -> None:
    operation = decode(sequence(integer(1), sequence(integer(3), text(""), text("NTLM", 0x8A), tag=0x60))).operation
    assert isinstance(operation, BindRequest)
    assert operation.password is None
    assert operation.mechanism
