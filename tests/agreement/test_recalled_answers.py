# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are kept, or made of what is in memory, are those that are made anew, whatever is written in between, on both engines."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dirserver.card.fields import from_attributes
from dirserver.config import Config
from dirserver.directory.views.entry import Draft
from dirserver.errors import DirserverError
from dirserver.ldap.controls import paging
from dirserver.ldap.controls.controls import PAGED_RESULTS
from dirserver.ldap.kept import recalling
from dirserver.ldap.kept.answers import Answers
from dirserver.ldap.kept.at_once import Quick, Waiting
from dirserver.ldap.kept.track import Track
from dirserver.ldap.limits import Limits
from dirserver.ldap.reach import Reaches
from dirserver.ldap.session import Session, Site
from dirserver.ldap.tree.dit import Tree
from dirserver.ldap.tree.encoded import EncodedCards
from dirserver.ldap.wire import ber, encode
from dirserver.ldap.wire.known import KnownRequests
from dirserver.ldap.wire.message import Control, Message, Scope, SearchRequest
from dirserver.model.book import Level
from dirserver.model.filter import And, Equality, Or, Present, Substrings
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
    Or(tuple(Substrings(name, "", ("ani",), "") for name in ("mail", "cn", "givenName", "sn"))),
    And(
        (Equality("objectClass", "person"), Or(tuple(Substrings(name, "", ("example",), "") for name in ("mail", "cn", "givenName", "sn"))))
    ),
    Or(tuple(Substrings(name, "b") for name in ("mail", "cn", "sn", "givenName"))),
    Equality("telephoneNumber", "030 5550102"),
    Equality("sn", "Smith"),
    Equality("memberOf", "cn=sales,ou=groups,dc=example,dc=com"),
)
PAGED = (
    Present("mail"),
    Present("telephoneNumber"),
    Present("objectClass"),
    Equality("objectClass", "person"),
    And((Equality("objectClass", "inetOrgPerson"), Present("title"))),
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
        self.at_once = self.parts.directory.at_once(2**40)
        self.quick = replace(self.plain, quick=Quick(self.at_once, 20_000))
        self.quick.quick.prepare()
        self.track = Track(replace(self.quick, answers=Answers(2**20)))

    def teardown(self) -> None:
        self.quick.quick.close()

    @rule()
    def prepare(self):
        self.quick.quick.prepare()

    @rule(
        login=st.sampled_from(LOGINS),
        filter_=st.sampled_from(FILTERS),
        attributes=st.sampled_from(ATTRIBUTES),
        limit=st.sampled_from([0, 2]),
        base=st.sampled_from(["dc=example,dc=com", "ou=people,dc=example,dc=com"]),
    )
    def ask(self, login, filter_, attributes, limit, base):
        session = Session(principal(self.site.identity, login, Door.LDAP), "127.0.0.1")
        request = SearchRequest(base, Scope.SUBTREE, filter_, attributes, size_limit=limit)
        message = self.site.known.read(encode_message(Message(3, request)))
        expected = list(recalling.answer(self.plain, session, message))
        assert list(recalling.answer(self.site, session, message)) == expected
        for site in (self.site, self.quick):
            for _ in range(2):
                known = recalling.known_at_once(site, session, message)
                if isinstance(known, Waiting):
                    assert list(recalling.answer(self.plain, session, message, known)) == expected
                else:
                    assert known is None or known.octets == encode.messages(message.id, expected)
        for _ in range(2):
            self._beaten(session, request, message, expected)

    @rule(
        login=st.sampled_from(LOGINS),
        filter_=st.sampled_from((*PAGED, *FILTERS)),
        size=st.sampled_from([1, 3, 50]),
        limit=st.sampled_from([0, 4, 60]),
        base=st.sampled_from(["dc=example,dc=com", "ou=people,dc=example,dc=com"]),
    )
    def page(self, login, filter_, size, limit, base):
        session = Session(principal(self.site.identity, login, Door.LDAP), "127.0.0.1")
        request = SearchRequest(base, Scope.SUBTREE, filter_, ("cn", "title"), size_limit=limit)
        cookie, told = b"", 0
        while told == 0 or (cookie and told < 5):
            control = Control(PAGED_RESULTS, False, ber.element(b"\x30", ber.integer(size) + ber.octets(cookie)))
            message = self.site.known.read(encode_message(Message(3, request, (control,))))
            expected = list(recalling.answer(self.plain, session, message))
            known = recalling.known_at_once(self.quick, session, message)
            if isinstance(known, Waiting):
                assert list(recalling.answer(self.plain, session, message, known)) == expected
            else:
                assert known is None or known.octets == encode.messages(message.id, expected)
            found = paging._COOKIE.search(expected[-1])
            cookie, told = found[0] if found else b"", told + 1

    def _beaten(self, session, request, message, expected):
        said = []
        known = self.track.answer(encode_message(Message(3, request)), session, SimpleNamespace(put=said.append))
        if isinstance(known, Waiting):
            assert list(recalling.answer(self.plain, session, message, known)) == expected
        assert said == ([encode.messages(3, expected)] if known is True else [])

    @rule(login=st.sampled_from(["ada", "bruno", "zoe"]), title=st.sampled_from(["Chief", "Senior", "Sensei"]))
    def retitle(self, login, title):
        self._write(lambda writing: writing.modify(uuid_of(login), [Modification("title", Operation.REPLACE, (title,))]))

    @rule(login=st.sampled_from(["zoe", "ludo"]), manager=st.sampled_from(["ada", "bruno"]))
    def put_under(self, login, manager):
        self._write(lambda writing: writing.modify(uuid_of(login), [Modification("manager", Operation.REPLACE, (uuid_of(manager),))]))

    @rule()
    def come_and_go(self):
        card = from_attributes({"cn": ("Dani Anisova",), "sn": ("Smith",), "mail": ("b.dani@example.com",)}, uid="urn:dani")
        self._write(lambda writing: writing.add(writing.book(PEOPLE), Draft(card)))
        self._write(lambda writing: writing.trash(uuid_of("zoe")))

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
