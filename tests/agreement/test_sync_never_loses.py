# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever follows sync tokens ends with exactly what they may see, whatever happened in between.

Hypothesis plays several actors at random on a real directory. Bruno and Esme, whose Views differ, follow the book as phones do:
they keep {href: (etag, body)} and a token. After each catching up a phone must hold what a fresh listing shows.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from dirserver.card.card import Property
from dirserver.card.groups import member_keys, member_value, new_group, with_members
from dirserver.card.reader import read
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Draft
from dirserver.errors import DirserverError, NotFound
from dirserver.model.book import Level
from dirserver.model.change import SyncToken
from dirserver.model.client import Family
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import BatchId, ETag, Href
from dirserver.model.principal import Principal
from tests.agreement.runs import on_postgresql, on_sqlite
from tests.cast import PEOPLE, Company, draft, uuid_of
from tests.parts import CoreParts
from tests.postgres import PostgresServer

STAFF = ("bruno", "ada", "chika", "dov", "esme", "zoe", "ludo", "new-0", "new-1", "new-2")
FIELDS = ("title", "mobile", "homePhone", "mail", "description", "employeeNumber")
_WHO = st.sampled_from(STAFF)
_ACTORS = st.sampled_from(["ada", "bruno", "chika", "admin", "system"])
_DEEDS = st.sampled_from("modify put add trash archive restore revert lead".split())
_GRANTS_MADE = st.builds(
    Grant,
    st.just(PEOPLE),
    st.sampled_from(["authenticated", "group:contractors", "account:esme", "self", "manager", "account:bruno"]).map(Subject.parse),
    st.sampled_from([Level.NONE, Level.VIEW, Level.EDIT]),
    st.sampled_from([(), ("public",), ("public", "work"), ("*",), ("hr", "title")]),
    st.sampled_from([(), ("mobile", "title"), ("private",)]),
)
_JOINS = st.tuples(st.sampled_from(["esme", "bruno", "zoe"]), st.sampled_from(["contractors", "hr", "sales"]), st.booleans())
_GROUP_DEEDS = st.sampled_from("make name drop join leave write trash restore".split())
_GROUPS = st.sampled_from(["crew", "board", "sales"])
_LIMITS = st.one_of(st.none(), st.integers(1, 4))


@dataclass
class Phone:
    """A client: what it holds, and its token as text."""

    owner: str
    token: str | None = None
    held: dict[Href, tuple[ETag, bytes]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def catch_up(self, directory: Directory, principal: Principal, limit: int | None) -> None:
        """Follow to the end in steps of ``limit``; each step gets on."""
        for _ in range(500):
            with directory.reading(principal) as reading:
                book = reading.book(PEOPLE)
                changes = reading.changes(book, SyncToken.parse(self.token) if self.token else None, limit)
                assert not set(changes.gone) & {one.href for one in changes.changed}
                bodies = {one.href: one for one in reading.renderings(book, [one.href for one in changes.changed])}
            for one in changes.changed:
                assert bodies[one.href].etag == one.etag
                self.held[one.href] = (one.etag, bodies[one.href].body)
            for href in changes.gone:
                self.held.pop(href, None)
            assert not changes.is_truncated or str(changes.token) != self.token, "a step that is cut must get on"
            self.token = str(changes.token)
            self.seen.append(self.token)
            if not changes.is_truncated:
                return
        pytest.fail("following never ends")

    def check(self, directory: Directory, principal: Principal) -> None:
        """What it holds is what a fresh listing shows, to the octet."""
        with directory.reading(principal) as reading:
            book = reading.book(PEOPLE)
            listed = {one.href: one.etag for one in reading.listing(book)}
            bodies = {one.href: (one.etag, one.body) for one in reading.renderings(book, None)}
            count = reading.count(book, with_groups=True)
            are_told = book.view.level >= Level.VIEW
            groups = {one.name: {member.uuid for member in one.members} for one in reading.groups()}
        assert {href: etag for href, (etag, _) in self.held.items()} == listed
        assert self.held == bodies
        assert len(listed) == count
        cards = [read(body) for _, body in self.held.values()]
        told = {card.formatted_name: set(member_keys(card)) for card in cards if card.kind == "group"}
        assert told == (groups if are_told else {}), "groups are told to who sees everybody"


class Following(RuleBasedStateMachine):
    """The machine; ``opened`` gives it a company of its own."""

    def opened(self) -> tuple[CoreParts, Company]:
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.parts, self.company = self.opened()
        self.phones = {owner: Phone(owner) for owner in ("bruno", "esme")}
        self.revisions: dict[str, int] = {}
        self.batches: list[BatchId] = []
        self.count = 0

    def act(self, actor: str, *deeds: str, in_batch: bool = False, **given: object) -> None:
        """Let somebody do something in one transaction; what they may not do changes nothing."""
        self.parts.clock.pass_s(1)
        try:
            with self.parts.directory.writing(getattr(self.company, actor)) as writing:
                batch = writing.begin_batch("test", "") if in_batch else None
                for deed in deeds:
                    getattr(self, f"_{deed}")(writing, **given)
        except DirserverError:
            return
        if batch is not None:
            self.batches.append(batch)

    def _modify(self, writing, who, name) -> None:
        self.count += 1
        writing.modify(uuid_of(who), [Modification(name, Operation.REPLACE, (f"+49 30 {self.count}",))])

    def _put(self, writing, who, name) -> None:
        self.count += 1
        entry = writing.find(uuid_of(who))
        card = writing.full_card(entry).with_property(Property.of_text("NOTE", f"note {self.count}"))
        writing.put(writing.book(PEOPLE), entry.href, card, if_match=entry.etag)

    def _add(self, writing, who, name) -> None:
        self.count += 1
        one = draft(who, who.title(), f"No {self.count}", "New", "bruno")
        writing.add(writing.book(PEOPLE), Draft(one.card, name=who, href=Href(f"{who}-{self.count % 3}.vcf")))

    def _trash(self, writing, who, name) -> None:
        writing.trash(uuid_of(who))

    def _archive(self, writing, who, name) -> None:
        writing.archive(uuid_of(who))

    def _restore(self, writing, who, name) -> None:
        writing.restore(uuid_of(who))

    def _revert(self, writing, who, name) -> None:
        history = writing.history(writing.find(uuid_of(who)))
        writing.revert(uuid_of(who), history[len(history) // 2].number)

    def _lead(self, writing, who, name) -> None:
        values = (f"urn:uuid:{uuid_of('bruno')}",) if self.count % 2 else ()
        writing.modify(uuid_of(who), [Modification("manager", Operation.REPLACE, values)])

    @rule(deeds=st.lists(st.tuples(_ACTORS, _DEEDS, _WHO, st.sampled_from(FIELDS)), min_size=1, max_size=6), limit=_LIMITS)
    def one_thing_after_the_other_between_two_syncs(self, deeds: list[tuple[str, str, str, str]], limit: int | None) -> None:
        for actor, deed, who, name in deeds:
            self.act(actor, deed, who=who, name=name)
        self.both_phones_catch_up(limit)

    @rule(deeds=st.dictionaries(_WHO, st.sampled_from(["modify", "put", "lead", "archive"]), min_size=2, max_size=5), limit=_LIMITS)
    def several_people_in_one_transaction(self, deeds: dict[str, str], limit: int | None) -> None:
        self.parts.clock.pass_s(1)
        try:
            with self.parts.directory.writing(self.company.chika) as writing:
                for who, deed in deeds.items():
                    getattr(self, f"_{deed}")(writing, who=who, name="title")
        except DirserverError:
            return
        self.both_phones_catch_up(limit)

    @rule(deeds=st.lists(st.tuples(_GROUP_DEEDS, _GROUPS, _WHO), min_size=1, max_size=4), in_batch=st.booleans(), limit=_LIMITS)
    def groups_are_changed(self, deeds: list[tuple[str, str, str]], in_batch: bool, limit: int | None) -> None:
        """By what is said of them and by their cards."""
        for deed, group, who in deeds:
            self.act("admin", f"group_{deed}", in_batch=in_batch, group=group, who=who)
        self.both_phones_catch_up(limit)

    def _group_make(self, writing, group, who) -> None:
        writing.add_group(group, description=who)

    def _group_name(self, writing, group, who) -> None:
        self.count += 1
        writing.change_group(group, name=f"{group} {self.count}" if self.count % 2 else None, mail=f"{who}@example.com")

    def _group_drop(self, writing, group, who) -> None:
        writing.drop_group(group)

    def _group_join(self, writing, group, who) -> None:
        writing.add_member(group, uuid_of(who))

    def _group_leave(self, writing, group, who) -> None:
        writing.remove_member(group, uuid_of(who))

    def _group_write(self, writing, group, who) -> None:
        self.count += 1
        uuid = str(uuid5(NAMESPACE_DNS, group))
        card = new_group(uuid, f"{group} by card {self.count % 2}")
        card = with_members(card, {uuid_of(one): member_value(uuid_of(one)) for one in {who, STAFF[self.count % 10]}}, ())
        writing.put(writing.book(PEOPLE), Href(f"{uuid}.vcf"), card)

    def _group_trash(self, writing, group, who) -> None:
        writing.trash(str(uuid5(NAMESPACE_DNS, group)))

    def _group_restore(self, writing, group, who) -> None:
        writing.restore(str(uuid5(NAMESPACE_DNS, group)))

    @rule(who=_WHO, deeds=st.lists(st.sampled_from("modify add trash archive restore put".split()), min_size=1, max_size=4))
    def a_batch(self, who: str, deeds: list[str]) -> None:
        self.act("admin", *deeds, in_batch=True, who=who, name="mobile")

    @precondition(lambda self: self.batches)
    @rule(index=st.integers(0, 9))
    def undo_a_batch(self, index: int) -> None:
        with self.parts.directory.writing(self.company.admin) as writing:
            writing.undo_batch(self.batches.pop(index % len(self.batches)))

    @rule(disruption=st.one_of(_GRANTS_MADE, _JOINS, st.none()))
    def what_shows_changes(self, disruption: Grant | tuple[str, str, bool] | None) -> None:
        """Rights change, a membership changes, or the database was restored from a backup."""
        # A group may be gone or called otherwise.
        with suppress(NotFound), self.parts.directory.writing(self.company.system) as writing:
            if disruption is None:
                writing.renew_epochs()
            elif isinstance(disruption, Grant):
                writing.grant(disruption)
            else:
                who, group, joins = disruption
                (writing.add_member if joins else writing.remove_member)(group, uuid_of(who))

    def both_phones_catch_up(self, limit: int | None) -> None:
        for owner in self.phones:
            self.catch_up(owner, limit)

    @rule(owner=st.sampled_from(["esme", "bruno"]), limit=_LIMITS)
    def a_phone_catches_up(self, owner: str, limit: int | None) -> None:
        self.catch_up(owner, limit)

    def program(self, owner: str) -> Principal:
        """The asker with a program to which groups are cards, each in another dialect."""
        who: Principal = getattr(self.company, owner)
        return who.using(Family.IOS if owner == "bruno" else Family.DAVX5)

    def catch_up(self, owner: str, limit: int | None) -> None:
        phone, principal = self.phones[owner], self.program(owner)
        if self.book_shows(principal):
            phone.catch_up(self.parts.directory, principal, limit)
            phone.check(self.parts.directory, principal)

    @rule(owner=st.sampled_from(["esme", "bruno"]), how=st.sampled_from(["reset", "unknown", "old", "other's", "from the future"]))
    def a_token_goes_wrong(self, owner: str, how: str) -> None:
        phone, other = self.phones[owner], self.phones["esme" if owner == "bruno" else "bruno"]
        if how == "reset":
            phone.token, phone.held = None, {}
        elif phone.token is None:
            return
        elif how == "unknown":
            phone.token = "urn:dirserver:sync:00000000-0000-0000-0000-000000000000:abc:1:0"
        elif how == "old":
            phone.token = phone.seen[len(phone.seen) // 2]
        elif how == "other's":
            phone.token = other.token or phone.token
        else:
            token = SyncToken.parse(phone.token)
            assert token is not None
            phone.token = str(replace(token, number=token.number + 1000))

    def book_shows(self, principal: Principal) -> bool:
        with self.parts.directory.reading(principal) as reading:
            return any(view.slug == PEOPLE for view in reading.books())

    def teardown(self) -> None:
        if not hasattr(self, "parts"):
            return
        try:
            with self.parts.directory.writing(self.company.system) as writing:
                for subject in ("account:bruno", "account:esme"):
                    writing.grant(Grant(PEOPLE, Subject.parse(subject), Level.VIEW, ("public",)))
            for owner, phone in self.phones.items():
                phone.catch_up(self.parts.directory, self.program(owner), 3)
                phone.check(self.parts.directory, self.program(owner))
            assert set(self.phones["esme"].held) == set(self.phones["bruno"].held)
        finally:
            self.parts.close()


@pytest.mark.slow
def test_phones_on_sqlite_always_converge(sqlite_company: Path) -> None:
    run_state_machine_as_test(on_sqlite(Following, sqlite_company), settings=_settings(examples=30, steps=30))


@pytest.mark.slow
@pytest.mark.postgresql
def test_phones_on_postgresql_always_converge(postgres_server: PostgresServer) -> None:
    run_state_machine_as_test(on_postgresql(Following, postgres_server), settings=_settings(examples=12, steps=30))


def _settings(*, examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
