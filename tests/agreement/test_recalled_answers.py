# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are kept are those that would be made, whatever is written between two questions, on both engines."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dirserver.card.fields import from_attributes
from dirserver.config import Config
from dirserver.directory.entry import Draft
from dirserver.errors import DirserverError
from dirserver.ldap import recalling
from dirserver.ldap.answers import Answers
from dirserver.ldap.dit import Tree
from dirserver.ldap.encoded import EncodedCards
from dirserver.ldap.limits import Limits
from dirserver.ldap.reach import Reaches
from dirserver.ldap.session import Session, Site
from dirserver.ldap.wire.known import KnownRequests
from dirserver.ldap.wire.message import Message, Scope, SearchRequest
from dirserver.model.book import Level
from dirserver.model.filter import Equality, Or, Present, Substrings
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import CLIENTS, PEOPLE, make_company, principal, uuid_of
from tests.ldap.speech import encode_message
from tests.parts import open_parts

FILTERS = (
    Present("objectClass"),
    Equality("uid", "ada"),
    Equality("mail", "bruno@example.com"),
    Or(tuple(Substrings(name, "", ("sen",), "") for name in ("cn", "title", "mail"))),
    Substrings("title", "chi"),
    Equality("memberOf", "cn=sales,ou=groups,dc=example,dc=com"),
)
ATTRIBUTES = (("cn", "title", "mail"), (), ("manager", "memberOf"), ("*", "+"), ("1.1",))
LIMITS = st.sampled_from((0, 2))
LOGINS = ("ada", "esme", "chika", "admin")


@pytest.fixture
def company(database_url):
    parts = open_parts(database_url)
    make_company(parts)
    yield parts
    parts.close()


def _site(parts) -> Site:
    config = Config()
    tree, limits = Tree(config.ldap.suffix), Limits()
    known = KnownRequests(limits.wire)
    return Site(config, parts.directory, parts.identity, tree, Reaches(tree), limits, Answers(2**20), EncodedCards(30_000), known)


class Asked(RuleBasedStateMachine):
    """Questions are asked again and again while people write."""

    parts = None

    def __init__(self) -> None:
        super().__init__()
        self.site = _site(self.parts)
        self.plain = replace(self.site, answers=Answers(0), cards=EncodedCards(0))

    @rule(
        login=st.sampled_from(LOGINS),
        filter_=st.sampled_from(FILTERS),
        attributes=st.sampled_from(ATTRIBUTES),
        limit=st.sampled_from([0, 2]),
    )
    def ask(self, login, filter_, attributes, limit):
        session = Session(principal(self.site.identity, login, Door.LDAP), "127.0.0.1")
        request = SearchRequest("dc=example,dc=com", Scope.SUBTREE, filter_, attributes, size_limit=limit)
        message = self.site.known.read(encode_message(Message(3, request)))
        expected = list(recalling.answer(self.plain, session, message))
        assert list(recalling.answer(self.site, session, message)) == expected
        kept = recalling.recalled_at_once(self.site, session, message)
        assert kept is None or list(kept.operations) == expected

    @rule(login=st.sampled_from(["ada", "bruno", "zoe"]), title=st.sampled_from(["Chief", "Senior", "Sensei"]))
    def retitle(self, login, title):
        self._write(lambda writing: writing.modify(uuid_of(login), [Modification("title", Operation.REPLACE, (title,))]))

    @rule(login=st.sampled_from(["ada", "bruno"]), name=st.sampled_from(["x", "y"]))
    def rename(self, login, name):
        self._write(lambda writing: writing.rename(uuid_of(login), f"{login}.{name}"))

    @rule(reads=st.sampled_from([("cn",), ("public",), ("public", "work")]))
    def grant(self, reads):
        self._write(lambda writing: writing.grant(Grant(PEOPLE, Subject.parse("authenticated"), Level.VIEW, reads)))

    @rule(label=st.sampled_from(["VIP", "Sensible"]))
    def label(self, label):
        card = from_attributes({"cn": ("Sentinel Ltd",), "categories": (label,)}, uid=f"urn:{label}")
        self._write(lambda writing: writing.add(writing.book(CLIENTS), Draft(card)))

    @rule(group=st.sampled_from(["sales", "hr"]), login=st.sampled_from(["zoe", "dov"]))
    def join(self, group, login):
        self._write(lambda writing: writing.add_member(group, uuid_of(login)))

    @invariant()
    def holds(self):
        assert self.site.directory.marks() == self.plain.directory.marks()

    def _write(self, change) -> None:
        with contextlib.suppress(DirserverError), self.parts.directory.writing(Principal.system()) as writing:
            change(writing)


def test_what_is_kept_is_what_would_be_made(company):
    machine = type("Asked", (Asked,), {"parts": company})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    )
