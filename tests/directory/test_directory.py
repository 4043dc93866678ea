# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest

from dirserver.errors import NotAuthenticated
from dirserver.model.modification import Modification, Operation
from dirserver.store.schema.tables import rendering
from tests.cast import PEOPLE, Company, entry_of, uuid_of
from tests.parts import CoreParts


def retitle(writing, title: str) -> None:
    writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, (title,))])


def test_a_writing_is_committed_when_it_ends_and_undone_when_it_raises(parts: CoreParts, company: Company) -> None:
    with pytest.raises(RuntimeError), parts.directory.writing(company.ada) as writing:
        retitle(writing, "Lost")
        raise RuntimeError
    assert entry_of(parts.directory, company.ada, "ada").revision == 1
    with parts.directory.writing(company.ada) as writing:
        retitle(writing, "Kept")
    assert entry_of(parts.directory, company.ada, "ada").card.first("TITLE").value == "Kept"


def test_a_reading_sees_one_state_to_its_end(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.ada) as reading:
        before = reading.find(uuid_of("ada"))
        with parts.directory.writing(company.ada) as writing:
            retitle(writing, "New")
        assert reading.find(uuid_of("ada")) == before
        assert reading.changes(reading.book(PEOPLE), reading.token(reading.book(PEOPLE))).changed == ()


def test_a_writing_sees_its_own_changes(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        retitle(writing, "New")
        assert writing.find(uuid_of("ada")).card.first("TITLE").value == "New"


def test_times_come_from_the_clock_and_never_go_back(parts: CoreParts, company: Company) -> None:
    first = entry_of(parts.directory, company.ada, "ada").modified_at
    parts.clock.pass_s(-100)
    with parts.directory.writing(company.ada) as writing:
        retitle(writing, "New")
    assert entry_of(parts.directory, company.ada, "ada").modified_at == first


def test_a_cache_that_cannot_be_written_is_nobodys_trouble(parts: CoreParts, company: Company) -> None:
    def kept() -> int:
        with parts.store.reading() as tx:
            return len(tx.connection.execute(rendering.select()).all())

    with parts.store.writing() as tx:
        tx.connection.execute(rendering.delete())
        if not parts.store.is_sqlite:
            tx.connection.exec_driver_sql("LOCK TABLE rendering IN SHARE MODE")
        with parts.directory.reading(company.ada) as reading:
            assert len(list(reading.renderings(reading.book(PEOPLE), None))) == 8
    assert kept() == 0
    with parts.directory.reading(company.ada) as reading:
        assert len(list(reading.renderings(reading.book(PEOPLE), None))) == 8
    assert kept() == 8


def test_what_is_rendered_in_a_writing_is_not_kept(parts: CoreParts, company: Company) -> None:
    with pytest.raises(RuntimeError), parts.directory.writing(company.ada) as writing:
        retitle(writing, "Lost")
        assert len(list(writing.renderings(writing.book(PEOPLE), None))) == 8
        raise RuntimeError
    with parts.store.reading() as tx:
        assert tx.connection.execute(rendering.select()).all() == []


def test_many_threads_ask_and_change_at_once(parts: CoreParts, company: Company) -> None:
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(5):
                with parts.directory.writing(company.ada) as writing:
                    retitle(writing, f"{number}-{step}")
                with parts.directory.reading(company.esme) as reading:
                    assert len(list(reading.renderings(reading.book(PEOPLE), None))) == 8
        except BaseException as fault:  # noqa: BLE001 (a thread's fault is told to the test)
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    assert entry_of(parts.directory, company.ada, "ada").revision == 31


def test_an_account_that_was_closed_is_refused_also_where_it_was_known(parts: CoreParts, company: Company) -> None:
    assert entry_of(parts.directory, company.dov, "ada").name == "ada"
    parts.identity.close_account("dov")
    for opened in (parts.directory.reading, parts.directory.writing):
        with pytest.raises(NotAuthenticated), opened(company.dov):
            pass
