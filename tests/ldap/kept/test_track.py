# SPDX-License-Identifier: GPL-3.0-or-later
"""The beaten track comes to the same as the usual way, octet by octet. (While people write: tests/agreement/test_recalled_answers.py.)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import element, integer
from dirserver.ldap.wire.message import Message, Scope, SearchRequest
from dirserver.model.filter import And, Equality, Filter, Or, Present, Substrings
from dirserver.model.principal import Door
from tests.cast import principal
from tests.ldap.dialogue import Dialogue
from tests.ldap.speech import encode_message

PEOPLE = "ou=people,dc=example,dc=com"
FILTERS: tuple[Filter, ...] = (
    *(Equality("mail", name + "@example.com") for name in ("ada", "BRUNO", "nobody", "", "zoe")),
    *(Equality("telephoneNumber", number) for number in ("030 5550102", "+49 30 5550101", "1", "x")),
    *(Equality(name, value) for name in ("cn", "sn", "ou", "uid", "unknown", "mail;lang-en", "objectClass") for value in ("ada", "person")),
    *(Or(tuple(Substrings(name, "", (text,), "") for name in ("mail", "cn", "givenName", "sn"))) for text in ("ann", "exam", "zzz", "a")),
    *(Or(tuple(Substrings(name, text) for name in ("mail", "cn", "sn", "givenName"))) for text in ("b", "an", "éx")),
    And((Equality("objectClass", "person"), Equality("mail", "ada@example.com"))),
    Present("mail"),
)


@pytest.fixture
def pair(own_site: Site) -> Iterator[tuple[Dialogue, Dialogue]]:
    """Two conversations with one directory: one has the track, the other hasn't."""
    assert own_site.quick is not None
    own_site.quick.prepare()
    made = (Dialogue(own_site), Dialogue(replace(own_site, quick=None)))
    for each in made:
        each.connection._become(principal(own_site.identity, "ada", Door.LDAP))
    yield made
    own_site.quick.close()


def said(dialogue: Dialogue, octets: bytes) -> bytes:
    dialogue.wire.drain()
    dialogue.connection.dataReceived(octets)
    return dialogue.wire.drain()


def request_of(wanted: Filter, number: int = 2, size_limit: int = 0, base: str = PEOPLE) -> bytes:
    request = SearchRequest(base, Scope.SUBTREE, wanted, ("cn", "mail", "telephoneNumber"), size_limit)
    return encode_message(Message(number, request))


def test_each_way_says_the_same_whatever_is_asked_and_in_whatever_order(pair: tuple[Dialogue, Dialogue]) -> None:
    quick, usual = pair

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.builds(
                request_of,
                st.sampled_from(FILTERS),
                st.sampled_from((1, 127, 128, 255, 256, 70_000, 2**31 - 1)),
                st.sampled_from((0, 0, 1, 2)),
                st.sampled_from((PEOPLE, "dc=example,dc=com")),
            ),
            min_size=1,
            max_size=4,
        )
    )
    def holds(requests: list[bytes]) -> None:
        for request in (*requests, *requests, b"".join(requests)):
            assert said(quick, request) == said(usual, request)

    holds()


def test_what_is_written_otherwise_is_answered_the_same(pair: tuple[Dialogue, Dialogue]) -> None:
    quick, usual = pair
    plain = request_of(Equality("mail", "ada@example.com"))
    operation = plain[5:]
    assert plain[2:5] == integer(2)
    inner = operation[2:] if operation[1] < 0x80 else operation[3:]
    spelled = (
        plain,
        element(b"0", b"\x02\x02\x00\x02" + operation),
        element(b"0", integer(2) + b"\x63\x84" + len(inner).to_bytes(4, "big") + inner),
        b"0\x84" + len(plain[2:]).to_bytes(4, "big") + plain[2:],
        element(b"0", integer(2) + operation + element(b"\xa0", b"")),
        plain.replace(b"\xa3", b"\xa5", 1),
        plain.replace(b"ada@", b"\xff\xfe@@"[:4], 1),
    )
    for octets in spelled * 2:
        assert said(quick, octets) == said(usual, octets)
    # And in two pieces, and with the next one behind it.
    for octets in spelled[:4]:
        for at in (1, 3, 9, len(octets) - 1):
            assert said(quick, octets[:at]) == said(usual, octets[:at]) == b""
            assert said(quick, octets[at:] + plain) == said(usual, octets[at:] + plain)


def test_broken_octets_come_to_the_same_end(pair: tuple[Dialogue, Dialogue]) -> None:
    sites = [each.connection._site for each in pair]

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def holds(data: st.DataObject) -> None:
        octets = bytearray(request_of(data.draw(st.sampled_from(FILTERS))))
        for _ in range(data.draw(st.integers(1, 3))):
            octets[data.draw(st.integers(2, len(octets) - 1))] = data.draw(st.integers(0, 255))
        ends = []
        for site in sites:
            dialogue = Dialogue(site)
            dialogue.connection._become(principal(site.identity, "ada", Door.LDAP))
            said(dialogue, request_of(FILTERS[0]))
            ends.append((said(dialogue, bytes(octets)), dialogue.is_closed))
        assert ends[0] == ends[1]

    holds()
