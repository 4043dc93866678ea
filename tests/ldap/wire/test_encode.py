# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Code, Response, Result
from tests.ldap.speech import decode_answers

names = st.text(max_size=30)


@given(
    st.integers(0, 2**31 - 1),
    names,
    st.dictionaries(st.text(min_size=1, max_size=10), st.lists(st.binary(max_size=300), max_size=3), max_size=5),
)
def test_an_entry_comes_back(number: int, dn: str, attributes: dict[str, list[bytes]]) -> None:
    octets = encode.message(number, encode.entry(dn, [encode.attribute(name, values) for name, values in attributes.items()]))
    (answer,) = decode_answers(octets)
    assert (answer.id, answer.dn, answer.attributes) == (number, dn, attributes)


@given(st.integers(0, 2**31 - 1), st.sampled_from(Code), names, names)
def test_a_result_comes_back(number: int, code: Code, message: str, matched: str) -> None:
    octets = encode.message(number, encode.result(Response.SEARCH_DONE, Result(code, message, matched)))
    (answer,) = decode_answers(octets)
    assert (answer.id, answer.tag, answer.code, answer.text, answer.matched) == (number, 0x65, code, message, matched)


def test_plain_success_is_twelve_octets() -> None:
    assert encode.message(5, encode.result(Response.SEARCH_DONE, Result())).hex() == "300c02010565070a010004000400"


def test_an_extended_answer_may_carry_a_value() -> None:
    (answer,) = decode_answers(encode.message(1, encode.extended(Result(), value=b"dn:uid=ada")))
    assert (answer.tag, answer.code, answer.oid, answer.value) == (0x78, 0, None, b"dn:uid=ada")


def test_the_notice_of_disconnection_is_unsolicited_and_named() -> None:
    (answer,) = decode_answers(encode.notice_of_disconnection(Code.PROTOCOL_ERROR, "this is not LDAP"))
    assert (answer.id, answer.tag, answer.code, answer.oid) == (0, 0x78, 2, "1.3.6.1.4.1.1466.20036")
