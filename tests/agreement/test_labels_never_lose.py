# SPDX-License-Identifier: GPL-3.0-or-later
"""Whoever follows what a label shows ends with what it shows now, and is never told of an entry that wasn't in it.

Hypothesis lets entries gain and lose labels in every way there is, and grants come and go. Esme follows two labels as a phone does, and as
an LDAP mirror that knows entries by UUID; after each step everything that she is shown is asked for in every way there is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from dirserver.card.fields import from_attributes
from dirserver.card.groups import categories_of, member_value, new_group, with_categories, with_members
from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Draft, Search
from dirserver.errors import DirserverError, NotFound
from dirserver.model.book import Level
from dirserver.model.change import SyncToken
from dirserver.model.entry import State
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import ETag, Href, Slug
from dirserver.model.principal import Principal
from dirserver.store.entries import labels
from dirserver.store.rights import label_books
from tests.agreement.runs import on_postgresql, on_sqlite
from tests.cast import CLIENTS, Company, uuid_of
from tests.parts import CoreParts
from tests.postgres import PostgresServer

NAMES = ("vera", "victor", "otto", "olga")
LABELS = ("VIP", "Old")
_WHO, _LABEL = st.sampled_from(NAMES), st.sampled_from(LABELS)
_DEEDS = st.sampled_from("label unlabel put group trash restore purge add modify rename drop undrop namesake archive undo".split())
_GRANTS = st.tuples(
    _LABEL, st.sampled_from([None, Level.NONE, Level.VIEW, Level.DELETE]), st.sampled_from(["group:contractors", "account:esme"])
)
_READS = st.sampled_from(["public", "work", "*"])


class Follower:
    """Who follows one label: hrefs with ETags by tokens, UUIDs by the change log; both forget when the label doesn't show."""

    def __init__(self, slug: Slug) -> None:
        self.slug = slug
        self.token: str | None = None
        self.held: dict[Href, ETag] = {}
        self.since = 0
        self.mirrored: set[str] = set()
        self.ever: set[str] = set()

    def forget(self) -> None:
        self.token, self.held, self.mirrored, self.since = None, {}, set(), 0

    def catch_up(self, directory: Directory, asker: Principal, limit: int | None) -> None:
        with directory.reading(asker) as reading:
            try:
                book = reading.book(self.slug)
            except NotFound:
                self.forget()
                return
            shown = {one.href: one.etag for one in reading.listing(book)}
            entries = reading.search(Search(books=(self.slug,))).entries
            assert {one.href: one.etag for one in entries} == shown
            assert {one.href: one.etag for one in reading.renderings(book, None)} == shown
            assert reading.count(book) == len(shown) == reading.suggested("client", books=(self.slug,))
            assert all(reading.find(one.uuid).etag == one.etag and one.book == self.slug for one in entries)
            self._follow(reading, book, limit)
            assert self.held == shown
            is_new = self.since == 0
            touched = reading.touched(book, self.since, most=100)
            told = {one.uuid for one in touched if one.uuid is not None}
            now = {entry.uuid for entry in entries}
            self.mirrored = now if is_new else (self.mirrored - told) | (now & told)
            # What is gone for good a mirror asks for anew.
            assert self.mirrored == now or any(one.uuid is None for one in touched)
            self.mirrored, self.since = now, book.book.number

    def _follow(self, reading, book, limit: int | None) -> None:
        for _ in range(200):
            changes = reading.changes(book, SyncToken.parse(self.token) if self.token else None, limit)
            self.held |= {one.href: one.etag for one in changes.changed}
            for href in changes.gone:
                assert href in self.ever, "nobody is told of what they were never shown"
                self.held.pop(href, None)
            self.token = str(changes.token)
            if not changes.is_truncated:
                return
        pytest.fail("following never ends")


class Labelling(RuleBasedStateMachine):
    """The machine; ``opened`` gives it a company of its own."""

    def opened(self) -> tuple[CoreParts, Company]:
        raise NotImplementedError

    @initialize()
    def begin(self) -> None:
        self.parts, self.company = self.opened()
        self.count = 0
        self.followers = {label: Follower(Slug(f"clients-{label.lower()}")) for label in LABELS}
        with self.parts.directory.writing(self.company.system) as writing:
            for number, name in enumerate(NAMES):
                writing.add(writing.book(CLIENTS), self._draft(name, LABELS[number % 2 :]))
            for label in LABELS:
                writing.grant(self._grant(label, Level.VIEW, "group:contractors", "*"))
        self._note()
        self._catch_up(None)

    def _note(self) -> None:
        """Write down what is in each label, shown or not."""
        with self.parts.store.reading() as tx:
            for follower in self.followers.values():
                found = label_books.by_slug(tx, follower.slug)
                rows = labels.members(tx, (found.label_id,)).get(found.label_id, ()) if found is not None else ()
                follower.ever |= {one.row.href for one in labels.by_ids(tx, [row.entry_id for row in rows if row.is_member])}

    def _draft(self, name: str, labels: tuple[str, ...]) -> Draft:
        values = {"cn": (f"Client {name}",), "mail": (f"{name}@client.example",), "categories": labels}
        return Draft(from_attributes(values, uid=uuid_of(name)), name=name, href=Href(f"{name}.vcf"))

    @staticmethod
    def _grant(label: str, level: Level, who: str, reads: str) -> Grant:
        return Grant(CLIENTS, Subject.parse(who), level, (reads,), (), label)

    @rule(deeds=st.lists(st.tuples(_DEEDS, _WHO, _LABEL), min_size=1, max_size=5), limit=st.one_of(st.none(), st.integers(1, 3)))
    def labels_come_and_go(self, deeds: list[tuple[str, str, str]], limit: int | None) -> None:
        for deed, who, label in deeds:
            self.parts.clock.pass_s(1)
            self.count += 1
            try:
                with self.parts.directory.writing(self.company.system) as writing:
                    getattr(self, f"_{deed}")(writing, who, label)
            except DirserverError:
                continue
            self._note()
        self._catch_up(limit)

    @rule(given=_GRANTS, reads=_READS, limit=st.one_of(st.none(), st.integers(1, 3)))
    def a_grant_is_given_or_withdrawn(self, given: tuple[str, Level | None, str], reads: str, limit: int | None) -> None:
        label, level, who = given
        try:
            with self.parts.directory.writing(self.company.system) as writing:
                if level is None:
                    writing.revoke(writing.label_book(writing.book(CLIENTS), label), Subject.parse(who))
                else:
                    writing.grant(self._grant(label, level, who, reads))
        except DirserverError:
            return
        self._catch_up(limit)

    @rule(label=_LABEL)
    def a_token_is_foreign(self, label: str) -> None:
        token = SyncToken.parse(self.followers[label].token or "")
        if token is not None:
            self.followers[label].token = str(replace(token, view="0123456789abcdef"))
            self._catch_up(2)

    def _catch_up(self, limit: int | None) -> None:
        for follower in self.followers.values():
            follower.catch_up(self.parts.directory, self.company.esme, limit)

    def _label(self, writing, who, label) -> None:
        writing.label(writing.book(CLIENTS), (uuid_of(who),), added=(label,))

    def _unlabel(self, writing, who, label) -> None:
        writing.label(writing.book(CLIENTS), (uuid_of(who),), removed=(label,))

    def _put(self, writing, who, label) -> None:
        entry = writing.find(uuid_of(who))
        names = (label,) if self.count % 2 else ()
        card = with_categories(writing.full_card(entry), added=names, removed=categories_of(entry.card))
        writing.put(writing.book(CLIENTS), entry.href, card)

    def _group(self, writing, who, label) -> None:
        group = writing.label_named(writing.book(CLIENTS), label)
        entry = writing.find(group.row.uuid)
        members = {uuid_of(one): member_value(uuid_of(one)) for one in {who, NAMES[self.count % 4]}}
        writing.put(writing.book(CLIENTS), entry.href, with_members(entry.card, members, [uuid_of(one) for one in NAMES]))

    def _trash(self, writing, who, label) -> None:
        writing.trash(uuid_of(who))

    def _restore(self, writing, who, label) -> None:
        writing.restore(uuid_of(who))

    def _archive(self, writing, who, label) -> None:
        writing.archive(uuid_of(who))

    def _purge(self, writing, who, label) -> None:
        writing.purge(uuid_of(who))

    def _add(self, writing, who, label) -> None:
        writing.add(writing.book(CLIENTS), self._draft(who, (label,) if self.count % 2 else ()))

    def _modify(self, writing, who, label) -> None:
        writing.modify(uuid_of(who), [Modification("title", Operation.REPLACE, (f"No {self.count}",))])

    def _rename(self, writing, who, label) -> None:
        group = writing.label_named(writing.book(CLIENTS), label).row.uuid
        writing.rename_label(group, f"{label} {self.count}")
        writing.rename_label(group, label)

    def _drop(self, writing, who, label) -> None:
        writing.trash(writing.label_named(writing.book(CLIENTS), label).row.uuid)

    def _undrop(self, writing, who, label) -> None:
        for entry in writing.search(Search(books=(CLIENTS,), with_state=State.TRASHED)).entries:
            if entry.display == label:
                writing.restore(entry.uuid)

    def _namesake(self, writing, who, label) -> None:
        """Another label that is called so: leaving one of the two doesn't take the word off the contact."""
        uuid = uuid_of(f"namesake of {label}")
        group = with_members(new_group(uuid, label), {uuid_of(who): member_value(uuid_of(who))}, ())
        writing.put(writing.book(CLIENTS), Href(f"{uuid}.vcf"), group)

    def _undo(self, writing, who, label) -> None:
        newest = writing.batches()
        if newest:
            writing.undo_batch(newest[0].id)

    def teardown(self) -> None:
        if hasattr(self, "parts"):
            self.parts.close()


@pytest.mark.slow
def test_who_follows_a_label_on_sqlite_always_converges(sqlite_company: Path) -> None:
    run_state_machine_as_test(on_sqlite(Labelling, sqlite_company), settings=_settings(examples=10, steps=12))


@pytest.mark.slow
@pytest.mark.postgresql
def test_who_follows_a_label_on_postgresql_always_converges(postgres_server: PostgresServer) -> None:
    run_state_machine_as_test(on_postgresql(Labelling, postgres_server), settings=_settings(examples=3, steps=12))


def _settings(*, examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
