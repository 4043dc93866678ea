# SPDX-License-Identifier: GPL-3.0-or-later
"""What is answered at once, of what is in memory. That such answers are right is told by tests/agreement/test_recalled_answers.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dirserver.ldap import operations
from dirserver.ldap.kept import at_once as at_once_module
from dirserver.ldap.kept.answers import Answers
from dirserver.ldap.kept.at_once import Waiting
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree.encoded import EncodedCards
from dirserver.ldap.wire.message import Message, Scope, SearchRequest
from dirserver.model.filter import And, Equality, Filter, Or, Present, Substrings
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import principal, uuid_of
from tests.ldap.dialogue import Dialogue, HeldWork, search_of
from tests.ldap.speech import encode_message

PEOPLE = "ou=people,dc=example,dc=com"
ATTRIBUTES = ("cn", "mail", "telephoneNumber")


def contains(text: str) -> Filter:
    return Or(tuple(Substrings(name, "", (text,), "") for name in ("mail", "cn", "givenName", "sn")))


@pytest.fixture
def site(own_site: Site) -> Iterator[Site]:
    assert own_site.quick is not None
    own_site.quick.prepare()
    yield replace(own_site, answers=Answers(0))
    own_site.quick.close()


def ask(
    site: Site, wanted: Filter, login: str = "ada", base: str = PEOPLE, scope: Scope = Scope.SUBTREE, size_limit: int = 0, *attributes: str
):
    """Ask in the usual way, which is remembered, and at once."""
    session = Session(principal(site.identity, login, Door.LDAP), "127.0.0.1")
    message = site.known.read(encode_message(Message(2, SearchRequest(base, scope, wanted, attributes or ATTRIBUTES, size_limit))))
    expected = list(operations.answer(site, session, message))
    assert site.quick is not None
    marks = site.quick.marks()
    assert marks is not None
    found = site.quick.answer(site, session, message, marks)
    assert not isinstance(found, list) or found == expected
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        Equality("mail", "bruno@example.com"),
        Equality("telephoneNumber", "+49 30 5550102"),
        Equality("cn", "nobody of that name"),
        contains("exam"),
        contains("ann"),
        And((Equality("objectClass", "person"), contains("uka"))),
        Or(tuple(Substrings(name, "a") for name in ("mail", "cn", "sn", "givenName"))),
    ],
)
def test_what_mail_programs_and_phones_ask_is_answered_at_once(site: Site, wanted: Filter) -> None:
    for size_limit in (0, 1, 3, 100):
        assert isinstance(ask(site, wanted, size_limit=size_limit), list)
    ask(site, wanted, base="dc=example,dc=com")
    assert isinstance(ask(site, wanted, base="dc=example,dc=com"), list)


@pytest.mark.parametrize(
    "wanted",
    [
        Present("mail"),
        contains("an"),
        Equality("manager", f"uid=bruno,{PEOPLE}"),
        Equality("objectClass", "person"),
        And((Equality("sn", "a"), Equality("cn", "b"))),
        Equality("entryUUID", uuid_of("ada")),
    ],
)
def test_other_questions_go_their_usual_way(site: Site, wanted: Filter) -> None:
    assert ask(site, wanted) is None


def test_what_more_than_a_card_decides_about_goes_its_usual_way(site: Site) -> None:
    wanted = Equality("uid", "ada")
    for attributes in (("manager",), ("*",), ("+",), ("memberOf",), ("jpegPhoto",), ("createTimestamp",)):
        assert ask(site, wanted, "ada", PEOPLE, Scope.SUBTREE, 0, *attributes) is None
    assert ask(site, wanted, scope=Scope.BASE) is None
    assert ask(site, wanted, base="cn=sales,ou=groups,dc=example,dc=com") is None
    assert ask(site, wanted, base="no dn") is None
    assert ask(site, Equality("mail", "bruno@example.com"), "esme") is None, "she may not read everybody's"


def test_one_sees_more_of_oneself_also_at_once(site: Site) -> None:
    attributes = ("cn", "mail", "homePhone", "employeeNumber")
    for login in ("ada", "bruno", "zoe"):
        for size_limit in (0, 2):
            assert isinstance(ask(site, contains("exam"), login, PEOPLE, Scope.SUBTREE, size_limit, *attributes), list)


def test_what_was_written_counts_at_once(site: Site) -> None:
    assert isinstance(ask(site, Equality("mail", "zoe.new@example.com")), list)
    with site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("mail", Operation.REPLACE, ("zoe.new@example.com",))])
    found = ask(site, Equality("mail", "zoe.new@example.com"))
    assert isinstance(found, list)
    assert len(found) == 2


def test_entries_that_were_not_sent_before_are_made_in_a_thread_if_they_are_many(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once_module, "_MADE_AT_ONCE", 0)
    site = replace(site, cards=EncodedCards(0))
    waiting = ask(site, contains("exam"))
    assert isinstance(waiting, Waiting)
    made = waiting.answer(site)
    assert made is not None
    assert list(made) == ask(site, contains("exam"))
    with site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("Pilot",))])
    assert waiting.answer(site) is None, "something was written meanwhile"


def test_what_is_lacking_is_there_after_it_was_made_anew(site: Site) -> None:
    wanted = Equality("title", "Developer")
    assert ask(site, wanted) is None
    assert site.quick is not None
    site.quick.prepare()
    assert isinstance(ask(site, wanted), list)


def test_it_gets_ready_in_a_thread_and_keeps_current(own_site: Site) -> None:
    quick, work = own_site.quick, HeldWork(is_eager=False)
    assert quick is not None
    quick.start(work)  # type: ignore[arg-type]
    assert ask(own_site, Equality("uid", "ada")) is None
    work.release()
    quick.keep_current()
    assert work.waiting == []
    assert isinstance(ask(own_site, Equality("uid", "ada")), list)
    quick.close()


def test_a_conversation_over_it_is_as_any_other(site: Site) -> None:
    dialogue = Dialogue(site)
    dialogue.bind("ada")
    told = [[one.dn for one in dialogue.ask(search_of(PEOPLE, wanted=contains("exam"), attributes=("cn",)))] for _ in range(2)]
    assert told[0] == told[1]
    assert len(told[0]) > 5


def test_plans_and_octets_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once_module, "_MOST_PLANS", 3)
    quick = site.quick
    assert quick is not None
    quick.max_octets = 500
    for name in ("cn", "sn", "mail", "title", "mobile"):
        assert isinstance(ask(site, contains("exam"), "ada", PEOPLE, Scope.SUBTREE, 2, name), list | Waiting | None)
    assert len(quick._plans) <= 3
    assert quick._at_once._roll is not None
    assert 0 < quick._at_once._roll.sheets.octets <= 500
