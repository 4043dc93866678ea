# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found in memory is what SQL finds, by whomever it is looked for and whatever is written in between, on both engines."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from dirserver.card.fields import from_attributes
from dirserver.directory.directory import Directory
from dirserver.directory.search import browsing
from dirserver.directory.search.question import Browsed, Drawn, Facet, Question
from dirserver.directory.views.entry import Draft
from dirserver.errors import DirserverError, NotFound
from dirserver.model.book import Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal
from tests.cast import CLASSES, CLIENTS, PEOPLE, draft, make_company, principal, uuid_of
from tests.parts import open_parts

LOGINS = ("ada", "bruno", "chika", "esme", "admin", "")
STAFF = ("ada", "bruno", "chika", "dov", "esme", "zoe", "ludo")
TEXTS = (
    *"a s ad sa be o' ad lu łu 12 ada luk Łuk smi smiht sales dev developer example example.com ŝmidt öz O'Hara sentinel vip".split(),
    *("030 5550", "+49 151", "5550102", "0301", "000", "00 0", "1", "123"),
    *("ada sales", "a sales", "sm zoe", "sales nobody", "example corp", "ben ami", '"', "100%", "_ _", "hr partner", "miller"),
)
"""Words of all lengths, several together, numbers in several spellings (private ones too), mistakes, and what SQL would trip on."""
CHOSEN = (
    {},
    {Facet.SITE: "łódź"},
    {Facet.DEPARTMENT: "Sales"},
    {Facet.GROUP: "sales"},
    {Facet.GROUP: "HR", Facet.DEPARTMENT: "sales"},
    {Facet.LABEL: "vip"},
)
VALUES = {
    "title": ("Developer", "Sales", "Vip Smith", "Łukasz' right hand"),
    "l": ("Łódź", "Berlin"),
    "ou": ("Sales", "IT"),
    "sn": ("Smith", "Sales", "Öztürk", "Łasica", "Lza", "Ñiguez", "Ŝmidt", "Śmidt"),
    "cn": ("Ada Smith", "Sales Person"),
    "telephoneNumber": ("+49 30 5550102", "030 1"),
    "homePhone": ("+49 30 1230000",),
    "employeeNumber": ("123", "sales"),
    "description": ("sentinel",),
    "categories": ("VIP", "Trade fair"),
}


def told(found: Browsed) -> tuple[object, ...]:
    """What two answers have to have alike."""
    counts = sorted((choice.facet.value, choice.norm, choice.count) for choice in found.choices)
    entries = [(entry.uuid, entry.etag) for entry in found.entries]
    return entries, found.total, found.in_book, counts, found.counts_all, found.initials, found.meant, found.instead


def _meant(answer: tuple[object, ...]) -> tuple[str, ...]:
    return answer[-2]


class LookingAround(RuleBasedStateMachine):
    """Many look around while others write."""

    parts = None

    @rule(
        login=st.sampled_from(LOGINS),
        text=st.just("") | st.sampled_from(TEXTS),
        chosen=st.sampled_from(CHOSEN),
        initial=st.sampled_from(("", "", "", "s", "L", "ł", "Ñ", "n")),
        stretch=st.sampled_from(((0, 25), (0, 3), (2, 2))),
        book=st.sampled_from((PEOPLE, PEOPLE, CLIENTS)),
        language=st.sampled_from(("en", "es", "pl", "eo")),
    )
    def look(self, login, text, chosen, initial, stretch, book, language):
        who = principal(self.parts.identity, login, Door.WEB) if login else Principal.anonymous(Door.WEB)
        question = Question(text, chosen, initial, *stretch, language=language)
        plain = Directory(self.parts.store, CLASSES, max_octets=0)
        by_sql, found = self._browsed(plain, who, book, question), self._browsed(self.parts.directory, who, book, question)
        kept = () if found is None or by_sql is None else [said for said in _meant(found) if said not in _meant(by_sql)]
        if kept:
            # A word stays in memory when the last who had it goes, and is meant as long as it finds somebody.
            assert all(self._browsed(plain, who, book, Question(said))[1] for said in kept)
        else:
            assert found == by_sql

    def _browsed(self, directory, who, book, question):
        with directory.reading(who) as reading:
            try:
                view = reading.book(book)
            except NotFound:
                return None
            found = reading.browse(view, question)
            drawn = Drawn(("test",), lambda entry: f"{entry.etag} {entry.display}")
            pieces = reading.browse(view, replace(question, is_counted=False, drawn=drawn)).pieces
            assert list(pieces) == [f"{entry.etag} {entry.display}" for entry in found.entries]
            return told(found)

    @rule(login=st.sampled_from(STAFF), name=st.sampled_from(sorted(VALUES)), number=st.integers(0, 7), is_gone=st.booleans())
    def change(self, login, name, number, is_gone):
        values = () if is_gone and name not in {"cn", "sn"} else (VALUES[name][number % len(VALUES[name])],)
        self._write(lambda writing: writing.modify(uuid_of(login), [Modification(name, Operation.REPLACE, values)]))

    @rule(login=st.sampled_from(STAFF), manager=st.sampled_from(STAFF))
    def put_under(self, login, manager):
        values = (f"urn:uuid:{uuid_of(manager)}",)
        self._write(lambda writing: writing.modify(uuid_of(login), [Modification("manager", Operation.REPLACE, values)]))

    @rule(login=st.sampled_from(STAFF), how=st.sampled_from(("trash", "archive", "restore")))
    def come_and_go(self, login, how):
        self._write(lambda writing: getattr(writing, how)(uuid_of(login)))

    @rule(group=st.sampled_from(("sales", "hr", "contractors")), login=st.sampled_from(STAFF), is_in=st.booleans())
    def join_and_leave(self, group, login, is_in):
        self._write(lambda writing: (writing.add_member if is_in else writing.remove_member)(group, uuid_of(login)))

    @rule(number=st.integers(0, 9), label=st.sampled_from(("VIP", "Sales")))
    def add(self, number, label):
        card = from_attributes({"cn": (f"Sentinel {number}",), "categories": (label,), "o": ("Sales Ltd",)}, uid=f"urn:{number}")
        self._write(lambda writing: writing.add(writing.book(CLIENTS), Draft(card)))
        self._write(lambda writing: writing.add(writing.book(PEOPLE), draft(f"p{number}", "Pat", f"Smith{number}", "Developer", "ada")))

    @rule(
        reads=st.sampled_from((("cn",), ("title",), ("public",), ("public", "work"), ("*",))),
        subject=st.sampled_from(("authenticated", "self")),
    )
    def grant(self, reads, subject):
        self._write(lambda writing: writing.grant(Grant(PEOPLE, Subject.parse(subject), Level.VIEW, reads)))

    @rule()
    def restore_from_backup(self):
        self._write(lambda writing: writing.renew_epochs())

    def _write(self, change) -> None:
        with contextlib.suppress(DirserverError), self.parts.directory.writing(Principal.system()) as writing:
            change(writing)


@pytest.fixture
def company(database_url, monkeypatch):
    # What SQL counted in a whole book is told for a while after (decision 0027): here that would be told from now.
    monkeypatch.setattr(browsing, "_SHARE", 0)
    parts = open_parts(database_url)
    make_company(parts)
    yield parts
    parts.close()


def test_what_is_found_in_memory_is_what_sql_finds(company):
    machine = type("LookingAround", (LookingAround,), {"parts": company})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=6, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
    )
