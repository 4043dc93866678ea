# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from dirserver.card.fields import from_attributes
from dirserver.care.ages import Ages
from dirserver.care.confirmations import Confirmations, Round
from dirserver.config import CareSettings
from dirserver.directory.views.entry import Draft
from dirserver.errors import NotFound
from dirserver.identity.sealing import Sealer
from dirserver.model.audit import Action
from dirserver.model.letter import SEALED_FOR
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Principal
from dirserver.store.care.audit import Wanted, newest
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import open_store
from tests.cast import PEOPLE, entry_of, uuid_of
from tests.parts import KEY

DAY_S = 86_400


@pytest.fixture
def store(copied_url):
    opened = open_store(copied_url, has_mail=True)
    yield opened
    opened.close()


@pytest.fixture
def confirmations(parts, company, store):
    parts.clock.pass_s(181 * DAY_S)
    return Confirmations(store, parts.directory, CareSettings(), KEY, clock=parts.clock)


def letters(store, login=None):
    with store.reading() as tx:
        return [row for row in outbox.listed(tx) if login in {None, row.login}]


def secret_of(letter):
    return Sealer(KEY, SEALED_FOR).open(letter.sealed, 10**9)


def say(directory, who, uuid, text):
    with directory.writing(who) as writing:
        writing.modify(uuid, [Modification("title", Operation.REPLACE, (text,))])


def test_everybody_is_asked_about_themselves_and_those_who_do_not_answer_are_told_to_the_stewards(confirmations, parts, company, store):
    # Finn has left, and the contacts were made by nobody: for those four there is nobody to ask.
    assert confirmations.ask() == Round(letters=7, entries=7, overdue=4)
    assert {(row.matter, row.count) for row in letters(store, "ada")} == {("confirm-own", 1), ("confirm-overdue", 3)}
    assert confirmations.ask() == Round()
    parts.clock.pass_s(30 * DAY_S)
    say(parts.directory, company.ada, uuid_of("ada"), "Analyst")
    assert confirmations.ask() == Round(letters=6, entries=6), "who changed their entry has confirmed it"
    parts.clock.pass_s(30 * DAY_S)
    assert confirmations.ask() == Round(letters=6, entries=6)
    parts.clock.pass_s(30 * DAY_S)
    assert confirmations.ask() == Round(overdue=6)
    assert [row.count for row in letters(store, "chika") if row.matter == "confirm-overdue"] == [6, 1]
    stale = Ages(parts.store, parts.directory, 180, clock=parts.clock).stale(company.chika, PEOPLE)
    assert {(one.login, one.times) for one in stale if one.entry.name in {"finn", "bruno"}} == {("", 0), ("bruno", 3)}


def test_a_link_confirms_once_what_its_letter_is_about_and_nothing_else(confirmations, parts, company, store):
    confirmations.ask()
    secret = secret_of(next(row for row in letters(store, "ada") if row.sealed))
    asked = confirmations.question(secret)
    assert (asked.login, asked.is_own, [one.display for one in asked.asked]) == ("ada", True, ["Ada Łukasińska"])
    with pytest.raises(NotFound):
        confirmations.answer("something-else", [uuid_of("ada")])
    assert confirmations.answer(secret, [uuid_of("ada"), uuid_of("bruno")]) == 1
    with pytest.raises(NotFound):
        confirmations.answer(secret, [uuid_of("ada")])
    assert confirmations.question(secret) is None
    assert entry_of(parts.directory, company.ada, "ada").confirmed_at is not None
    assert entry_of(parts.directory, company.ada, "bruno").confirmed_at is None
    with store.reading() as tx:
        event = next(one for one in newest(tx, Wanted(), 50) if one.action == Action.ENTRY_CONFIRMED)
    assert (event.target, event.credential) == (f"entry:{uuid_of('ada')}", "link")


def test_a_round_goes_through_the_books_once_however_many_are_due(confirmations, parts, store):
    def asked() -> tuple[Round, list[str]]:
        scans: list[str] = []

        def note(_connection, _cursor, statement, *_more):
            if "ORDER BY coalesce(entry.confirmed_us" in statement and "entry.id IN" not in statement:
                scans.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            return confirmations.ask(), scans
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    with parts.directory.writing(Principal.system()) as writing:
        book = writing.book("clients")
        drafts = (Draft(from_attributes({"cn": (f"Number {number}",)}, uid=f"number{number}")) for number in range(1_100))
        assert writing.add_all(book, drafts) == 1_100
    parts.clock.pass_s(181 * DAY_S)
    done, scans = asked()
    assert (done, len(scans)) == (Round(letters=7, entries=7, overdue=1_104), 1)


def test_a_link_ends_with_its_time_and_with_its_account(confirmations, parts, store):
    confirmations.ask()
    ada, dov = (secret_of(next(row for row in letters(store, login) if row.sealed)) for login in ("ada", "dov"))
    parts.identity.close_account("dov")
    assert confirmations.question(dov) is None
    with pytest.raises(NotFound):
        confirmations.answer(dov, [uuid_of("dov")])
    parts.clock.pass_s(31 * DAY_S)
    assert confirmations.question(ada) is None


def test_who_changed_a_contact_last_is_asked_about_it(confirmations, parts, company, store):
    say(parts.directory, company.bruno, uuid_of("Acme GmbH"), "Client")
    say(parts.directory, company.bruno, uuid_of("bruno"), "Boss")
    parts.clock.pass_s(181 * DAY_S)
    confirmations.ask()
    letter = next(row for row in letters(store, "bruno") if row.sealed)
    assert (letter.matter, letter.count) == ("confirm-contacts", 2)
    asked = confirmations.question(secret_of(letter))
    assert (asked.is_own, {one.display for one in asked.asked}) == (False, {"Acme GmbH", "Bruno Königsmann"})
    assert confirmations.answer(secret_of(letter), [one.uuid for one in asked.asked]) == 2


def test_without_mail_or_where_it_is_switched_off_nobody_is_asked(confirmations, parts, store):
    assert Confirmations(parts.store, parts.directory, CareSettings(), KEY, clock=parts.clock).ask() == Round()
    assert Confirmations(store, parts.directory, CareSettings(ask_again_after_days=0), KEY, clock=parts.clock).ask() == Round()
