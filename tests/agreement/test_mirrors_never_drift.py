# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever mirrors the directory by LDAP content synchronization ends with exactly what a search shows them, whatever happened.

Several people change things at random. Mirrors of several askers, filters and attributes follow: some come back with their cookie, or
an old one, or another's; some stay and are told. After each catching up a mirror must hold what a search finds at that moment.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from dirserver.card.card import Property
from dirserver.card.fields import from_attributes
from dirserver.config import Config
from dirserver.directory.views.entry import Draft
from dirserver.directory.writing import Writing
from dirserver.errors import DirserverError
from dirserver.ldap.listen import make_site
from dirserver.ldap.mirror import stages
from dirserver.ldap.mirror.requests import SyncRequest
from dirserver.ldap.mirror.synchronization import Synchronization
from dirserver.ldap.search import search
from dirserver.ldap.session import Session
from dirserver.ldap.steps import Then
from dirserver.ldap.wire.message import Scope, SearchRequest
from dirserver.model.book import BookKind, Level
from dirserver.model.filter import And, Equality, Filter, Not, Present, Substrings
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.model.principal import Door
from dirserver.wiring import Parts
from tests.agreement.runs import on_postgresql, on_sqlite
from tests.cast import CLIENTS, PEOPLE, Company, draft, principal, uuid_of
from tests.ldap.mirror.copies import Copy, Values, run, told
from tests.parts import CoreParts
from tests.postgres import PostgresServer

SUFFIX = "dc=example,dc=com"
STAFF = ("bruno", "ada", "chika", "dov", "esme", "zoe", "ludo", "new-0", "new-1")
TEAMS = ("contractors", "hr", "sales", "new team")
ANY = Present("objectClass")
_WHO = st.sampled_from(STAFF)
_ACTORS = st.sampled_from(["bruno", "chika", "admin", "system"])
_DEEDS = st.sampled_from("modify put add trash archive restore rename lead move contact team".split())
_GRANTS = st.builds(
    Grant,
    st.sampled_from([PEOPLE, CLIENTS]),
    st.sampled_from(["authenticated", "group:contractors", "account:esme", "self", "manager", "account:bruno"]).map(Subject.parse),
    st.sampled_from([Level.NONE, Level.VIEW, Level.EDIT]),
    st.sampled_from([(), ("public",), ("public", "work"), ("*",)]),
    st.just(()),
)
_JOINS = st.tuples(st.sampled_from(["esme", "bruno", "zoe"]), st.sampled_from(TEAMS), st.booleans())
_QUESTIONS: tuple[tuple[str, Scope, Filter, tuple[str, ...]], ...] = (
    (SUFFIX, Scope.SUBTREE, ANY, ("*", "+")),
    (SUFFIX, Scope.SUBTREE, ANY, ("cn", "manager")),
    (f"ou=people,{SUFFIX}", Scope.ONE, Substrings("title", "", ("a",)), ("cn", "title", "mobile")),
    (SUFFIX, Scope.SUBTREE, And((Equality("memberOf", f"cn=sales,ou=groups,{SUFFIX}"), Not(Equality("uid", "x")))), ("cn",)),
    (f"ou=books,{SUFFIX}", Scope.SUBTREE, ANY, ("*",)),
)


class Mirror:
    """One copy, who asks for it and what."""

    def __init__(self, asker: str, question: int) -> None:
        self.asker = asker
        base, scope, wanted, attributes = _QUESTIONS[question]
        self.request = SearchRequest(base, scope, wanted, attributes)
        self.copy = Copy()
        self.seen: list[tuple[bytes, dict[str, tuple[str, Values]]]] = []
        self.live: Synchronization | None = None


class Mirroring(RuleBasedStateMachine):
    """The machine; ``opened`` gives it a company of its own."""

    def opened(self) -> tuple[CoreParts, Company]:
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.parts, self.company = self.opened()
        self.site = make_site(cast(Parts, SimpleNamespace(config=Config(), directory=self.parts.directory, identity=self.parts.identity)))
        self.mirrors = [Mirror(asker, number) for number in range(len(_QUESTIONS)) for asker in ("bruno", "esme", "printer")]
        self.count = 0

    def session(self, mirror: Mirror) -> Session:
        return Session(principal(self.parts.identity, mirror.asker, Door.LDAP), "127.0.0.1")

    # What happens

    def act(self, actor: str, deed: str, who: str) -> None:
        self.parts.clock.pass_s(1)
        self.count += 1
        try:
            with self.parts.directory.writing(getattr(self.company, actor)) as writing:
                getattr(self, f"_{deed}")(writing, who)
        except DirserverError:
            return

    def _modify(self, writing: Writing, who: str) -> None:
        name = ("title", "mobile", "description")[self.count % 3]
        writing.modify(uuid_of(who), [Modification(name, Operation.REPLACE, (f"{'ab'[self.count % 2]}-{self.count}",))])

    def _put(self, writing: Writing, who: str) -> None:
        entry = writing.find(uuid_of(who))
        card = writing.full_card(entry).with_property(Property.of_text("TITLE", f"Title {self.count}"))
        writing.put(writing.book(PEOPLE), entry.href, card, if_match=entry.etag)

    def _add(self, writing: Writing, who: str) -> None:
        writing.add(writing.book(PEOPLE), Draft(draft(who, who.title(), f"No {self.count}", "New", "bruno").card, name=who))

    def _trash(self, writing: Writing, who: str) -> None:
        writing.trash(uuid_of(who))

    def _archive(self, writing: Writing, who: str) -> None:
        writing.archive(uuid_of(who))

    def _restore(self, writing: Writing, who: str) -> None:
        writing.restore(uuid_of(who))

    def _rename(self, writing: Writing, who: str) -> None:
        # Names go round, so that one's is another's a moment later.
        writing.rename(uuid_of(who), f"name-{self.count % 4}")

    def _lead(self, writing: Writing, who: str) -> None:
        values = (f"urn:uuid:{uuid_of(STAFF[self.count % 4])}",) if self.count % 3 else ()
        writing.modify(uuid_of(who), [Modification(("manager", "secretary")[self.count % 2], Operation.REPLACE, values)])

    def _move(self, writing: Writing, who: str) -> None:
        people, clients = writing.book(PEOPLE), writing.book(CLIENTS)
        source, target = (people, clients) if self.count % 2 else (clients, people)
        href = next(one.href for one in writing.listing(source))
        writing.place(writing.take(source, href, target, is_move=True), target, href)

    def _contact(self, writing: Writing, who: str) -> None:
        values = {"cn": (f"Client {self.count}",), "o": ("Acme",), "manager": (f"urn:uuid:{uuid_of(who)}",)}
        writing.add(writing.book(CLIENTS), Draft(from_attributes(values, uid=uuid_of(f"client {self.count}"))))

    def _team(self, writing: Writing, who: str) -> None:
        if any(group.name == "new team" for group in writing.groups()):
            writing.drop_group("new team")
        else:
            writing.add_group("new team")

    @rule(deeds=st.lists(st.tuples(_ACTORS, _DEEDS, _WHO), min_size=1, max_size=5))
    def things_happen(self, deeds: list[tuple[str, str, str]]) -> None:
        for actor, deed, who in deeds:
            self.act(actor, deed, who)
        self.the_live_ones_are_told()

    @rule(disruption=st.one_of(_GRANTS, _JOINS, st.none(), st.booleans()))
    def what_shows_changes(self, disruption: Grant | tuple[str, str, bool] | bool | None) -> None:
        """Rights change, a membership changes, the database was put back, a book comes or goes."""
        self.parts.clock.pass_s(1)
        try:
            with self.parts.directory.writing(self.company.system) as writing:
                if disruption is None:
                    writing.renew_epochs()
                elif isinstance(disruption, Grant):
                    writing.grant(disruption)
                elif disruption is True:
                    self._add_book(writing)
                elif disruption is False:
                    writing.drop_book(writing.book("extra"))
                else:
                    who, group, joins = disruption
                    (writing.add_member if joins else writing.remove_member)(group, uuid_of(who))
        except DirserverError:
            return
        self.the_live_ones_are_told()

    def _add_book(self, writing: Writing) -> None:
        writing.add_book("extra", BookKind.SHARED, "Extra")
        writing.grant(Grant(Slug("extra"), Subject.parse("authenticated"), Level.VIEW, ("*",)))

    # Those who follow

    @rule(index=st.integers(0, 14), how=st.sampled_from(["own", "own", "own", "none", "old", "other's", "strange"]), stays=st.booleans())
    def a_mirror_catches_up(self, index: int, how: str, stays: bool) -> None:
        mirror = self.mirrors[index % len(self.mirrors)]
        cookie = mirror.copy.cookie
        if how == "old" and mirror.seen:
            # It was put back from a backup of its own: an older copy, with the cookie of then.
            cookie, mirror.copy.entries = mirror.seen[len(mirror.seen) // 2]
        elif how == "none":
            cookie = None
        elif how == "other's":
            cookie = self.mirrors[index - 1].copy.cookie
        elif how == "strange":
            cookie = b"rid=007,csn=20991332000000.000000Z#000000#000#000000;x"
        self.catch_up(mirror, cookie, stays=stays)

    def catch_up(self, mirror: Mirror, cookie: bytes | None, *, stays: bool) -> None:
        steps = Synchronization(self.site, self.session(mirror), mirror.request, SyncRequest(cookie, stays))
        answers, then = run(steps)
        mirror.copy.code = None
        mirror.copy.begin()
        mirror.copy.take(answers)
        mirror.live = steps if then is Then.WAIT else None
        self.check(mirror)

    def the_live_ones_are_told(self) -> None:
        for mirror in self.mirrors:
            if mirror.live is None:
                continue
            answers, then = run(mirror.live)
            mirror.copy.take(answers)
            if then is Then.END:
                mirror.live = None
                if mirror.copy.code == 4096:
                    self.catch_up(mirror, mirror.copy.cookie, stays=True)
                else:
                    assert mirror.copy.code == 32
            else:
                self.check(mirror)

    def check(self, mirror: Mirror) -> None:
        """What it holds is what a search shows, to the value."""
        asked = SearchRequest(mirror.request.base, mirror.request.scope, mirror.request.filter, (*mirror.request.attributes, "entryUUID"))
        *found, done = map(told, search.answer(self.site, self.session(mirror), asked))
        if done.code:
            assert (done.code, mirror.copy.code) == (32, 32)
            mirror.copy = Copy()
            return
        shown = {one.values["entryUUID"][0].decode(): (one.dn, one.values) for one in found}
        if "+" not in mirror.request.attributes:
            for _, values in shown.values():
                del values["entryUUID"]
        assert _counted_apart(mirror.copy.entries) == _counted_apart(shown)
        if mirror.copy.cookie is not None:
            mirror.seen.append((mirror.copy.cookie, dict(mirror.copy.entries)))

    def teardown(self) -> None:
        if hasattr(self, "parts"):
            try:
                for mirror in self.mirrors:
                    self.catch_up(mirror, mirror.copy.cookie, stays=False)
            finally:
                self.parts.close()


def _counted_apart(entries: dict[str, tuple[str, Values]]) -> dict[str, tuple[str, Values]]:
    """Without what a mirror counts itself."""
    counted = {"numSubordinates", "hasSubordinates"}
    return {uuid: (dn, {name: each for name, each in values.items() if name not in counted}) for uuid, (dn, values) in entries.items()}


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MANY", 3)


@pytest.mark.slow
def test_mirrors_of_sqlite_always_converge(sqlite_company: Path) -> None:
    run_state_machine_as_test(on_sqlite(Mirroring, sqlite_company), settings=_settings(examples=12, steps=20))


@pytest.mark.slow
@pytest.mark.postgresql
def test_mirrors_of_postgresql_always_converge(postgres_server: PostgresServer) -> None:
    run_state_machine_as_test(on_postgresql(Mirroring, postgres_server), settings=_settings(examples=4, steps=15))


def _settings(*, examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        # A failing run of this length takes minutes to be made shorter; it says enough as it is.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
