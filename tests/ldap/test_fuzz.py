# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec and the connection under fuzzing that knows the structure: whole messages, and what is left of them after small injuries.

After each case somebody else is answered. `make fuzz` looks at many more cases.
"""

from __future__ import annotations

import os
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirserver.ldap.mirror.requests import PERSISTENT_SEARCH, SYNC_REQUEST
from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import element, read
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
    Operation,
    Scope,
    SearchRequest,
    UnbindRequest,
)
from dirserver.model import filter as tree
from tests.ldap.dialogue import Dialogue, search_of
from tests.ldap.mirror.copies import sync_value, watch_value
from tests.ldap.speech import encode_message

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
SETTINGS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

_NAMES = st.sampled_from(["cn", "mail", "telephoneNumber", "objectClass", "memberOf", "2.5.4.3", "cn;lang-de", "", "x" * 200, "entryUUID"])
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_DNS = st.one_of(st.sampled_from(["", "dc=example,dc=com", "uid=ada,ou=people,dc=example,dc=com", "cn=Subschema", ",", "a=b+c=d"]), _TEXTS)
_OCTETS = st.binary(max_size=30)
_SIMPLE = st.one_of(
    st.builds(tree.Present, _NAMES),
    st.builds(tree.Equality, _NAMES, _TEXTS),
    st.builds(tree.Approximate, _NAMES, _TEXTS),
    st.builds(tree.AtLeast, _NAMES, _TEXTS),
    st.builds(tree.Substrings, _NAMES, _TEXTS, st.tuples(_TEXTS), _TEXTS),
    st.builds(tree.Extensible, _NAMES, st.one_of(st.none(), st.just("caseIgnoreMatch"), _TEXTS), _TEXTS, st.booleans()),
)
_FILTERS = st.recursive(
    _SIMPLE,
    lambda inner: st.one_of(
        st.builds(tree.And, st.lists(inner, max_size=4).map(tuple)),
        st.builds(tree.Or, st.lists(inner, max_size=4).map(tuple)),
        st.builds(tree.Not, inner),
    ),
    max_leaves=12,
)
_VALUES = st.builds(AttributeValues, _NAMES, st.lists(_OCTETS, max_size=3).map(tuple))
_OPERATIONS: st.SearchStrategy[Operation] = st.one_of(
    st.builds(BindRequest, st.integers(0, 9), _DNS, _OCTETS),
    st.builds(BindRequest, st.just(3), _DNS, st.none(), st.sampled_from(["PLAIN", "EXTERNAL", "X"]), st.one_of(st.none(), _OCTETS)),
    st.just(UnbindRequest()),
    st.builds(
        SearchRequest, _DNS, st.sampled_from(Scope), _FILTERS, st.lists(_NAMES, max_size=4).map(tuple), st.integers(0, 5), st.integers(0, 5)
    ),
    st.builds(CompareRequest, _DNS, _NAMES, _OCTETS),
    st.builds(AbandonRequest, st.integers(-2, 9)),
    st.builds(ExtendedRequest, st.sampled_from(["1.3.6.1.1.8", "1.3.6.1.4.1.4203.1.11.1", "1.3.6.1.4.1.1466.20037", "9"]), _OCTETS),
    # Writes of nobody: each is refused.
    st.builds(AddRequest, _DNS, st.lists(_VALUES, max_size=3).map(tuple)),
    st.builds(DeleteRequest, _DNS),
    st.builds(ModifyDNRequest, _DNS, _DNS, st.booleans(), st.one_of(st.none(), _DNS)),
    st.builds(
        ModifyRequest,
        _DNS,
        st.lists(st.builds(AttributeChange, st.sampled_from(ModifyKind), _NAMES, st.lists(_OCTETS, max_size=2).map(tuple)), max_size=3).map(
            tuple
        ),
    ),
)
_OIDS = st.sampled_from(
    [SYNC_REQUEST, PERSISTENT_SEARCH, "1.2.840.113556.1.4.319", "1.2.840.113556.1.4.473", "2.16.840.1.113730.3.4.9", "1.1"]
)
_CONTROLS = st.builds(
    Control, _OIDS, st.booleans(), st.one_of(st.none(), _OCTETS, st.just(sync_value(persists=True)), st.just(watch_value()))
)
_MESSAGES = st.builds(Message, st.integers(0, 2**31), _OPERATIONS, st.lists(_CONTROLS, max_size=2).map(tuple)).map(encode_message)


@st.composite
def injured(draw: st.DrawFn) -> bytes:
    """A message to which something small was done, mostly so that its outermost length still fits."""
    whole = draw(_MESSAGES)
    _, start, end = read(whole, 0, len(whole))
    inner = bytearray(whole[start:end])
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, max(len(inner) - 1, 0)))
        match draw(st.sampled_from("flip length drop double insert cut".split())):
            case "flip":
                inner[at : at + 1] = bytes((draw(st.integers(0, 255)),))
            case "length":
                inner[at : at + 1] = draw(st.sampled_from([b"\x80", b"\x84\xff\xff\xff\xff", b"\x84\x00\x00\x00\x01", b"\x00", b"\x7f"]))
            case "drop":
                del inner[at : at + draw(st.integers(1, 8))]
            case "double":
                inner[at:at] = inner[at : at + draw(st.integers(1, 40))]
            case "insert":
                inner[at:at] = draw(_OCTETS)
            case "cut":
                del inner[at:]
    return draw(st.sampled_from([element(b"\x30", bytes(inner)), element(b"\x30", bytes(inner))[: draw(st.integers(1, 60))]]))


@SETTINGS
@given(octets=st.lists(injured(), min_size=1, max_size=4).map(b"".join), cut=st.integers(0, 200), who=st.sampled_from([None, "esme"]))
def test_whatever_comes_is_answered_or_ended_and_others_are_served(site: Site, octets: bytes, cut: int, who: str | None) -> None:
    hostile = Dialogue(site)
    if who is not None:
        assert hostile.bind(who).code == 0
    hostile.connection.dataReceived(octets[:cut])
    if not hostile.is_closed:
        hostile.connection.dataReceived(octets[cut:])
    hostile.hub.moved()
    hostile.connection.connectionLost()
    assert hostile.gone == [hostile.connection]
    other = Dialogue(site)
    assert [answer.code for answer in other.ask(search_of("", scope=Scope.BASE, attributes=("1.1",)))] == [None, 0]


@pytest.mark.slow
def test_memory_stays_as_it_is(site: Site) -> None:
    def some() -> None:
        for number in range(300):
            hostile = Dialogue(site)
            hostile.connection.dataReceived(encode_message(Message(1, search_of())) * 3 + b"\x30\x84\x00\x00" + bytes((number % 256,)))
            hostile.connection.connectionLost()

    some()
    tracemalloc.start()
    some()
    first, _ = tracemalloc.get_traced_memory()
    some()
    second, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert second - first < 300_000
