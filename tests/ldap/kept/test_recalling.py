# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that were given before are given again, and never when they would be wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dirserver.ldap.kept import recalling
from dirserver.ldap.kept.answers import Answers
from dirserver.ldap.session import Session
from dirserver.ldap.wire import encode
from dirserver.ldap.wire.message import Message, Scope, SearchRequest
from dirserver.model.book import Level
from dirserver.model.filter import Equality
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import PEOPLE, principal, uuid_of
from tests.ldap.speech import encode_message

BRUNO = SearchRequest("dc=example,dc=com", Scope.SUBTREE, Equality("uid", "bruno"), ("cn", "title"))


@pytest.fixture
def asked(own_site):
    """Ask as one of the cast: what is recalled at once, and what is answered then."""

    def ask(login, site=own_site):
        session = Session(principal(site.identity, login, Door.LDAP), "127.0.0.1")
        message = own_site.known.read(encode_message(Message(9, BRUNO)))
        return recalling.known_at_once(site, session, message), list(recalling.answer(site, session, message))

    return ask


def _retitle(site, title):
    with site.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("bruno"), [Modification("title", Operation.REPLACE, (title,))])


def test_the_second_time_it_is_known(asked):
    first, answered = asked("ada")
    assert first is None
    kept, again = asked("ada")
    assert kept.octets == encode.messages(9, answered) == encode.messages(9, again)


def test_nobody_gets_the_answer_of_somebody_else(asked):
    asked("ada")
    assert asked("esme")[0] is None


def test_a_change_through_this_process_or_another_counts_at_once(asked, own_site):
    asked("ada")
    _retitle(own_site, "Chief")
    kept, answered = asked("ada")
    assert kept is None
    assert b"Chief" in b"".join(answered)
    from_elsewhere = own_site.directory.marks()
    assert asked("ada")[0] is not None
    with own_site.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse("authenticated"), Level.VIEW, ("cn",)))
    assert own_site.directory.marks() != from_elsewhere
    kept, answered = asked("ada")
    assert kept is None
    assert b"Chief" not in b"".join(answered)


def test_an_answer_that_was_made_while_somebody_wrote_is_not_given_again(asked, own_site, monkeypatch):
    real = recalling.operations.answer

    def slow(site, session, message):
        yield from real(site, session, message)
        _retitle(own_site, "Boss")

    monkeypatch.setattr(recalling.operations, "answer", slow)
    asked("ada")
    monkeypatch.setattr(recalling.operations, "answer", real)
    kept, answered = asked("ada")
    assert kept is None
    assert b"Boss" in b"".join(answered)


def test_a_closed_account_gets_nothing_of_what_it_asked_before(asked, own_site):
    session = Session(principal(own_site.identity, "dov", Door.LDAP), "127.0.0.1")
    message = own_site.known.read(encode_message(Message(9, BRUNO)))
    list(recalling.answer(own_site, session, message))
    assert recalling.known_at_once(own_site, session, message) is not None
    own_site.identity.close_account("dov")
    assert recalling.known_at_once(own_site, session, message) is None
    assert b"Bruno" not in b"".join(recalling.answer(own_site, session, message))


def test_nothing_is_kept_where_it_is_switched_off(asked, own_site):
    off = replace(own_site, answers=Answers(0))
    asked("ada", off)
    assert asked("ada", off)[0] is None
