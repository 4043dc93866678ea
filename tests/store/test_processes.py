# SPDX-License-Identifier: GPL-3.0-or-later
"""Several processes on one database: readers don't wait for writers, writers take numbers in commit order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

import pytest

from dirserver.model.change import SyncToken
from dirserver.model.principal import Principal
from tests.cast import PEOPLE, Company, entry_of
from tests.parts import CoreParts, open_parts
from tests.store import neighbours

SPAWN = multiprocessing.get_context("spawn")
WRITERS = 3
EACH = 12


@contextmanager
def running(*tasks: tuple[Callable[..., None], tuple[object, ...]]) -> Iterator[list[BaseProcess]]:
    """Processes that are over, and well, when the block ends."""
    processes: list[BaseProcess] = [SPAWN.Process(target=target, args=args, daemon=True) for target, args in tasks]
    for process in processes:
        process.start()
    try:
        yield processes
        for process in processes:
            process.join(neighbours.LONG_S)
        assert [process.exitcode for process in processes] == [0] * len(processes)
    finally:
        for process in processes:
            process.kill()


@pytest.mark.slow
def test_readers_in_other_processes_never_wait_for_a_writer(copied_url: str, parts: CoreParts, company: Company) -> None:
    holding, readers = SPAWN.Event(), ("ada", "bruno", "esme")
    done, said = [SPAWN.Event() for _ in readers], [SPAWN.Event() for _ in readers]
    tasks = [(neighbours.read_everything, (copied_url, login, holding, done[i], said[i])) for i, login in enumerate(readers)]
    with running((neighbours.hold_a_writing, (copied_url, holding, done)), *tasks):
        pass
    assert all(one.is_set() for one in said)
    assert entry_of(parts.directory, company.ada, "ada").card.first("TITLE").value == "Changed"


@pytest.mark.slow
def test_who_polls_tokens_misses_no_change_of_several_writers(copied_url: str, parts: CoreParts, company: Company) -> None:
    start = SPAWN.Barrier(WRITERS + 1)
    tasks = [(neighbours.add_many, (copied_url, PEOPLE, f"writer-{number}", EACH, start)) for number in range(WRITERS)]
    held: set[str] = set()
    token: SyncToken | None = None

    def poll() -> None:
        nonlocal token
        with parts.directory.reading(company.ada) as reading:
            changes = reading.changes(reading.book(PEOPLE), token, None)
        held.update(one.href for one in changes.changed)
        assert token is None or changes.token.number - token.number == len(changes.changed)
        token = changes.token

    poll()
    before = len(held)
    with running(*tasks) as processes:
        start.wait(neighbours.LONG_S)
        while any(process.is_alive() for process in processes):
            poll()
    poll()
    with parts.directory.reading(company.ada) as reading:
        assert held == {one.href for one in reading.listing(reading.book(PEOPLE))}
    assert len(held) == before + WRITERS * EACH


@pytest.mark.slow
def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    start = SPAWN.Barrier(4)
    with running(*[(neighbours.migrate, (database_url, start))] * 4):
        pass
    opened = open_parts(database_url)
    with opened.directory.reading(Principal.system()) as reading:
        assert reading.books() == ()
    opened.close()
