# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.cancel import number_of
from dirserver.ldap.rootdse import CANCEL
from dirserver.ldap.session import Site
from dirserver.ldap.wire.ber import ProtocolError, integer
from dirserver.ldap.wire.message import DeleteRequest, ExtendedRequest
from tests.ldap.dialogue import Dialogue, bind_of, search_of
from tests.ldap.speech import sequence

SEARCH = search_of("ou=people,dc=example,dc=com")


def cancel(number: int) -> ExtendedRequest:
    return ExtendedRequest(CANCEL, sequence(integer(number)))


def told(dialogue: Dialogue) -> list[tuple[int, int, int | None]]:
    return [(answer.id, answer.tag, answer.code) for answer in dialogue.answers()]


@pytest.fixture
def busy(site: Site) -> Dialogue:
    """A connection on which ada is signed in (message 1) and nothing is worked on until it is released."""
    dialogue = Dialogue(site, is_eager=False)
    dialogue.ask(bind_of("ada"))
    dialogue.binds.release()
    dialogue.answers()
    return dialogue


def test_what_runs_ends_as_canceled_and_then_the_cancel_is_answered(busy: Dialogue) -> None:
    busy.ask(SEARCH)
    assert busy.ask(cancel(2)) == []
    busy.work.release()
    assert told(busy) == [(2, 0x65, 118), (3, 0x78, 0)]
    assert [one.code for one in busy.ask(cancel(2))] == [119]


def test_what_waits_is_canceled_at_once(busy: Dialogue) -> None:
    busy.send(b"".join(busy.message(SEARCH) for _ in range(5)))
    assert [(one.id, one.code) for one in busy.ask(cancel(6))] == [(6, 118), (7, 0)]


def test_binds_and_changes_that_have_begun_cannot_be_canceled(busy: Dialogue) -> None:
    busy.ask(DeleteRequest("uid=nobody,ou=people,dc=example,dc=com"))
    assert [one.code for one in busy.ask(cancel(2))] == [121]
    busy.work.release()
    assert told(busy) == [(2, 0x6B, 32)]
    busy.ask(bind_of("ada"))
    assert [one.code for one in busy.ask(cancel(4))] == [121]


@pytest.mark.parametrize("value", [None, b"", b"\x30\x00", b"\x30\x03\x02\x01\x01x", b"\x30\x04\x02\x01\x01\x05"])
def test_a_cancel_without_a_number_is_refused(busy: Dialogue, value: bytes | None) -> None:
    with pytest.raises(ProtocolError):
        number_of(value)
    assert [one.code for one in busy.ask(ExtendedRequest(CANCEL, value))] == [2]
