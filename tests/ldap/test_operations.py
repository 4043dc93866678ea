# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import TooLarge
from dirserver.ldap import operations
from dirserver.ldap.session import Site
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import (
    AbandonRequest,
    AddRequest,
    BindRequest,
    CompareRequest,
    Control,
    DeleteRequest,
    ExtendedRequest,
    Message,
    ModifyDNRequest,
    ModifyRequest,
    Operation,
    Request,
    Result,
    Scope,
    SearchRequest,
    Unreadable,
)
from dirserver.model.filter import Present
from tests.ldap.conftest import Asker
from tests.ldap.speech import Answer, decode_answers

SEARCH = SearchRequest("dc=example,dc=com", Scope.SUBTREE, Present("cn"))
REQUESTS = [
    (BindRequest(3, "", b""), 0x61),
    (SEARCH, 0x65),
    (ModifyRequest("cn=x", ()), 0x67),
    (AddRequest("cn=x", ()), 0x69),
    (DeleteRequest("cn=x"), 0x6B),
    (ModifyDNRequest("cn=x", "cn=y", deletes_old_rdn=True), 0x6D),
    (CompareRequest("cn=x", "cn", b"x"), 0x6F),
    (ExtendedRequest("1.2.3"), 0x78),
]


def read(octets: list[bytes] | None) -> list[Answer]:
    assert octets is not None
    return decode_answers(b"".join(encode.message(1, one) for one in octets))


@pytest.mark.parametrize("operation, tag", REQUESTS)
def test_each_request_is_refused_in_its_own_tag(site: Site, operation: Operation, tag: int) -> None:
    critical = Message(1, operation, (Control("1.2.3", is_critical=True),))
    (answer,) = read(operations.answer_at_once(site, critical))
    assert (answer.tag, answer.code) == (tag, 12)
    (answer,) = read(operations.refusal_of(Message(1, operation), Result()))
    assert (answer.tag, answer.code) == (tag, 0)


def test_uncritical_controls_and_harmless_ones_change_nothing(site: Site) -> None:
    for control in (Control("1.2.3"), Control("2.16.840.1.113730.3.4.2", is_critical=True)):
        assert operations.answer_at_once(site, Message(1, SEARCH, (control,))) is None


def test_what_has_no_answer_gets_none() -> None:
    assert operations.refusal_of(Message(1, AbandonRequest(2)), Result()) == []


def test_an_unreadable_request_is_told_why(site: Site) -> None:
    message = Message(1, Unreadable(Request.SEARCH, TooLarge("at most 50 levels", 50)))
    (answer,) = read(operations.answer_at_once(site, message))
    assert (answer.tag, answer.code, answer.text) == (0x65, 11, "at most 50 levels")
    assert operations.answer_at_once(site, Message(1, Unreadable(Request.ABANDON, TooLarge("", 1)))) == []


def test_errors_become_results(asker: Asker) -> None:
    bad = Message(1, SearchRequest("no dn", Scope.SUBTREE, Present("cn")))
    (answer,) = decode_answers(b"".join(encode.message(1, one) for one in operations.answer(asker.site, asker.session("ada"), bad)))
    assert (answer.tag, answer.code) == (0x65, 34)
