# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages from what is in memory. That they are right while people write is told by tests/agreement/test_recalled_answers.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dirserver.ldap import operations
from dirserver.ldap.controls import paging
from dirserver.ldap.controls.controls import PAGED_RESULTS
from dirserver.ldap.controls.sorting import REQUEST as SORT
from dirserver.ldap.kept.answers import Answers
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire import ber
from dirserver.ldap.wire.message import Control, Message, Scope, SearchRequest
from dirserver.model.filter import And, Equality, Filter, Present
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import principal, uuid_of
from tests.ldap.speech import encode_message

PEOPLE = "ou=people,dc=example,dc=com"


@pytest.fixture
def site(own_site: Site) -> Iterator[Site]:
    assert own_site.quick is not None
    own_site.quick.prepare()
    yield replace(own_site, answers=Answers(0))
    own_site.quick.close()


def paged(size: int, cookie: bytes = b"") -> Control:
    return Control(PAGED_RESULTS, False, ber.element(b"\x30", ber.integer(size) + ber.octets(cookie)))


def ask(site: Site, wanted: Filter, *given: Control, login: str = "ada", base: str = PEOPLE, limit: int = 0) -> list[bytes] | None:
    """Ask in the usual way, which is remembered, and at once; return what came at once, None if nothing did."""
    session = Session(principal(site.identity, login, Door.LDAP), "127.0.0.1")
    message = site.known.read(encode_message(Message(2, SearchRequest(base, Scope.SUBTREE, wanted, ("cn", "mail"), limit), given)))
    expected = list(operations.answer(site, session, message))
    assert site.quick is not None
    marks = site.quick.marks()
    assert marks is not None
    found = site.quick.answer(site, session, message, marks)
    assert found is None or found == expected
    return found if isinstance(found, list) else None


def cookie_of(answers: list[bytes]) -> bytes:
    found = paging._COOKIE.search(answers[-1])
    return found[0] if found else b""


@pytest.mark.parametrize(
    "wanted", [Present("mail"), Present("uid"), Equality("objectClass", "person"), And((Present("objectClass"), Present("cn")))]
)
def test_a_list_comes_page_by_page_from_memory(site: Site, wanted: Filter) -> None:
    whole = ask(site, wanted, paged(1_000))
    assert whole is not None
    assert not cookie_of(whole)
    told: list[bytes] = []
    cookie = b""
    for _ in range(20):
        found = ask(site, wanted, paged(3, cookie))
        assert found is not None
        told += found[:-1]
        cookie = cookie_of(found)
        if not cookie:
            break
    assert told == whole[:-1]


def test_the_next_page_begins_behind_the_last_whatever_was_written_meanwhile(site: Site) -> None:
    first = ask(site, Present("mail"), paged(2))
    assert first is not None
    for name in ("Zoe Another", "A first one"):
        with site.directory.writing(Principal.system()) as writing:
            writing.modify(uuid_of("zoe"), [Modification("cn", Operation.REPLACE, (name,))])
        assert ask(site, Present("mail"), paged(4, cookie_of(first))) is not None


def test_other_lists_go_their_usual_way(site: Site) -> None:
    sort = Control(SORT, False, ber.element(b"\x30", ber.element(b"\x30", ber.octets(b"cn"))))
    assert ask(site, Present("mail"), paged(3), sort) is None
    assert ask(site, Present("mail"), paged(0)) is None
    assert ask(site, Present("mail"), paged(1_001)) is None
    assert ask(site, Present("mail"), paged(3), limit=3) is None, "the limit is told with the last of them"
    assert ask(site, Present("manager"), paged(3)) is None
    assert ask(site, Present("cn"), paged(3), base="dc=example,dc=com") is None, "groups have names too"
    assert ask(site, Equality("cn", "Ada"), paged(3)) is None
    assert ask(site, Present("mail"), paged(3), login="esme") is None, "she may not read everybody's"
