# SPDX-License-Identifier: GPL-3.0-or-later
"""Our codec against ldaptor's, where ldaptor is right: what one writes, the other reads."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ldaptor.protocols import pureber, pureldap

from dirserver.ldap.wire import encode
from dirserver.ldap.wire.decode import decode
from dirserver.ldap.wire.message import (
    AbandonRequest,
    BindRequest,
    Code,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    Response,
    Result,
    Scope,
    SearchRequest,
)
from dirserver.model import filter as tree
from dirserver.model.filter import Filter
from tests.ldap.speech import encode_message

words = st.text(min_size=1, max_size=20)
assertions = st.one_of(
    st.builds(tree.Present, words),
    st.builds(tree.Equality, words, words),
    st.builds(tree.AtLeast, words, words),
    st.builds(tree.AtMost, words, words),
    st.builds(tree.Approximate, words, words),
    st.builds(tree.Substrings, words, words, st.lists(words, max_size=3).map(tuple), words),
)
filters = st.recursive(
    assertions,
    # ldaptor refuses empty sets, which RFC 4526 allows.
    lambda parts: st.one_of(
        st.builds(tree.And, st.lists(parts, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Or, st.lists(parts, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Not, parts),
    ),
    max_leaves=8,
)


def octets_of(text: str) -> object:
    return pureber.BEROctetString(text.encode())


def theirs(wanted: Filter) -> object:
    match wanted:
        case tree.And(parts):
            return pureldap.LDAPFilter_and([theirs(part) for part in parts])
        case tree.Or(parts):
            return pureldap.LDAPFilter_or([theirs(part) for part in parts])
        case tree.Not(part):
            return pureldap.LDAPFilter_not(theirs(part))
        case tree.Present(attribute):
            return pureldap.LDAPFilter_present(attribute.encode())
        case tree.Substrings(attribute, initial, any_, final):
            parts = [pureldap.LDAPFilter_substrings_initial(initial.encode())]
            parts += [pureldap.LDAPFilter_substrings_any(part.encode()) for part in any_]
            parts += [pureldap.LDAPFilter_substrings_final(final.encode())]
            return pureldap.LDAPFilter_substrings(type=attribute.encode(), substrings=parts)
        case tree.Equality() | tree.AtLeast() | tree.AtMost() | tree.Approximate():
            kinds = {
                tree.Equality: pureldap.LDAPFilter_equalityMatch,
                tree.AtLeast: pureldap.LDAPFilter_greaterOrEqual,
                tree.AtMost: pureldap.LDAPFilter_lessOrEqual,
                tree.Approximate: pureldap.LDAPFilter_approxMatch,
            }
            return kinds[type(wanted)](attributeDesc=octets_of(wanted.attribute), assertionValue=octets_of(wanted.value))
        case _:
            raise AssertionError(wanted)


def sent(operation: object, number: int = 7) -> bytes:
    octets: bytes = pureldap.LDAPMessage(operation, id=number).toWire()
    return octets


@given(filters, words, st.sampled_from(Scope), st.lists(words, max_size=4), st.integers(0, 9999), st.integers(0, 99), st.booleans())
def test_the_same_search(
    wanted: Filter, base: str, scope: Scope, attributes: list[str], size_limit: int, time_limit_s: int, types_only: bool
) -> None:
    octets = sent(
        pureldap.LDAPSearchRequest(
            baseObject=base.encode(),
            scope=int(scope),
            derefAliases=3,
            sizeLimit=size_limit,
            timeLimit=time_limit_s,
            typesOnly=int(types_only),
            filter=theirs(wanted),
            attributes=[name.encode() for name in attributes],
        )
    )
    ours = SearchRequest(base, scope, wanted, tuple(attributes), size_limit, time_limit_s, types_only, 3)
    assert decode(octets) == Message(7, ours)


@given(words, st.binary(max_size=20), st.integers(1, 2**31 - 1))
def test_the_same_bind(name: str, password: bytes, number: int) -> None:
    octets = sent(pureldap.LDAPBindRequest(version=3, dn=name.encode(), auth=password), number)
    ours = Message(number, BindRequest(3, name, password))
    assert decode(octets) == ours
    assert encode_message(ours) == octets


@given(words, words)
def test_the_same_small_requests(name: str, rdn: str) -> None:
    pairs = [
        (pureldap.LDAPDelRequest(entry=name.encode()), DeleteRequest(name)),
        (pureldap.LDAPAbandonRequest(id=5), AbandonRequest(5)),
        (pureldap.LDAPExtendedRequest(requestName=b"1.2.3", requestValue=rdn.encode()), ExtendedRequest("1.2.3", rdn.encode())),
        (
            pureldap.LDAPModifyDNRequest(entry=name.encode(), newrdn=rdn.encode(), deleteoldrdn=True),
            ModifyDNRequest(name, rdn, deletes_old_rdn=True),
        ),
    ]
    for operation, ours in pairs:
        assert decode(sent(operation)) == Message(7, ours)


def read_by_ldaptor(octets: bytes) -> object:
    context = pureldap.LDAPBERDecoderContext_TopLevel(
        inherit=pureldap.LDAPBERDecoderContext_LDAPMessage(
            fallback=pureldap.LDAPBERDecoderContext(fallback=pureber.BERDecoderContext()), inherit=pureber.BERDecoderContext()
        )
    )
    message, used = pureber.berDecodeObject(context, octets)
    assert used == len(octets)
    return message


@given(words, st.dictionaries(words, st.lists(st.binary(max_size=200), min_size=1, max_size=3), max_size=4))
def test_ldaptor_reads_our_entries(dn: str, attributes: dict[str, list[bytes]]) -> None:
    octets = encode.message(7, encode.entry(dn, [encode.attribute(name, values) for name, values in attributes.items()]))
    message = read_by_ldaptor(octets)
    assert message.value.objectName == dn.encode()  # type: ignore[attr-defined]
    assert message.value.attributes == [(name.encode(), values) for name, values in attributes.items()]  # type: ignore[attr-defined]


@given(st.sampled_from([code for code in Code if code is not Code.SUCCESS]), words, words)
def test_ldaptor_reads_our_results(code: Code, text: str, matched: str) -> None:
    message = read_by_ldaptor(encode.message(7, encode.result(Response.SEARCH_DONE, Result(code, text, matched))))
    value = message.value  # type: ignore[attr-defined]
    assert (value.resultCode, value.errorMessage, value.matchedDN) == (code, text.encode(), matched.encode())
