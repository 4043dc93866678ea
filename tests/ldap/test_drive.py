# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in steps, on a connection in memory: cancelled, behind, too many, and the others beside them."""

from __future__ import annotations

import pytest

from dirserver.ldap.mirror import following
from dirserver.ldap.mirror.requests import PERSISTENT_SEARCH, SYNC_REQUEST
from dirserver.ldap.rootdse import CANCEL, START_TLS, WHO_AM_I
from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import integer
from dirserver.ldap.wire.message import AbandonRequest, Control, ExtendedRequest, Message, Operation
from dirserver.model.modification import Modification
from dirserver.model.modification import Operation as Change
from dirserver.model.principal import Principal
from tests.cast import uuid_of
from tests.ldap.dialogue import Dialogue, bind_of, search_of
from tests.ldap.mirror.copies import Copy, Told, sync_value, told, watch_value
from tests.ldap.speech import encode_message, sequence
from tests.ldap.wire_messages import split

SYNC = Control(SYNC_REQUEST, is_critical=True, value=sync_value(persists=True))
WATCH = Control(PERSISTENT_SEARCH, is_critical=True, value=watch_value())


class Follower(Dialogue):
    """Ada, signed in (message 1)."""

    def __init__(self, site: Site, *, who: str = "ada") -> None:
        super().__init__(site)
        assert self.bind(who).code == 0

    def tell(self, operation: Operation, *controls: Control) -> list[tuple[int, Told]]:
        self._number += 1
        self.connection.dataReceived(encode_message(Message(self._number, operation, controls)))
        return self.heard()

    def heard(self) -> list[tuple[int, Told]]:
        octets = self.wire.value()
        self.wire.clear()
        return [(number, told(answer)) for number, answer in split(octets)]


def title(site: Site, who: str, text: str) -> None:
    with site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of(who), [Modification("title", Change.REPLACE, (text,))])


@pytest.fixture
def follower(own_site: Site) -> Follower:
    return Follower(own_site)


def test_what_changes_is_told_when_something_was_written(own_site: Site, follower: Follower) -> None:
    copy = Copy().take(one for _, one in follower.tell(search_of(attributes=("title",)), SYNC))
    assert copy.cookie is not None
    assert copy.code is None
    title(own_site, "zoe", "Architect")
    assert follower.heard() == []
    follower.hub.moved()
    copy.take(one for _, one in follower.heard())
    assert copy.entries[uuid_of("zoe")][1] == {"title": (b"Architect",)}
    follower.hub.moved()
    assert follower.heard() == [], "nothing new"


def test_it_keeps_nobody_waiting_and_the_connection_open(follower: Follower) -> None:
    follower.tell(search_of(), WATCH)
    assert [one.code for _, one in follower.tell(ExtendedRequest(WHO_AM_I))] == [0]
    follower.clock.advance(10_000)
    assert not follower.is_closed


def test_abandoned_it_ends_without_a_word_and_cancelled_with_two(own_site: Site, follower: Follower) -> None:
    follower.tell(search_of(), WATCH)
    assert follower.tell(AbandonRequest(2)) == []
    title(own_site, "zoe", "Anything")
    follower.hub.moved()
    assert follower.heard() == []
    follower.tell(search_of(), WATCH)
    ended = follower.tell(ExtendedRequest(CANCEL, sequence(integer(4))))
    assert [(number, one.code) for number, one in ended] == [(4, 118), (5, 0)]
    assert [one.code for _, one in follower.tell(ExtendedRequest(CANCEL, sequence(integer(4))))] == [119]


def test_a_bind_ends_it_and_tls_waits_for_its_end(follower: Follower) -> None:
    follower.tell(search_of(), WATCH)
    assert [one.code for _, one in follower.tell(ExtendedRequest(START_TLS))] == [1]
    assert [one.code for _, one in follower.tell(bind_of("bruno"))] == [0]
    follower.hub.moved()
    assert follower.heard() == []
    follower.connection.leave()
    assert follower.is_closed


def test_a_server_that_stops_waits_for_none(follower: Follower) -> None:
    follower.tell(search_of(), WATCH)
    follower.connection.leave()
    assert follower.is_closed


def test_only_so_many_stay_and_those_that_end_make_room(follower: Follower) -> None:
    assert [follower.tell(search_of(), WATCH) for _ in range(2)] == [[], []]
    assert [one.code for _, one in follower.tell(search_of(), WATCH)] == [11]
    follower.tell(AbandonRequest(2))
    assert follower.tell(search_of(), WATCH) == []
    follower.connection.connectionLost()
    assert follower.hub.admit(1)


def test_for_a_reader_that_is_behind_no_more_is_made(own_site: Site, follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_MOST_STAGES", 1)
    follower.wire.limit = 10
    copy = Copy().take(one for _, one in follower.tell(search_of(attributes=("title",)), SYNC))
    assert copy.cookie is None, "it began to read"
    while copy.cookie is None:
        copy.take(told(answer) for _, answer in split(follower.wire.drain()))
    for number in range(3):
        title(own_site, "zoe", f"Title {number}")
        follower.hub.moved()
    follower.wire.limit = None
    while octets := follower.wire.drain():
        copy.take(told(answer) for _, answer in split(octets))
    assert copy.entries[uuid_of("zoe")][1] == {"title": (b"Title 2",)}


def test_pages_or_two_ways_at_once_are_refused(follower: Follower) -> None:
    assert [one.code for _, one in follower.tell(search_of(), WATCH, SYNC)] == [53]
