# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from dirserver.errors import Unavailable
from dirserver.model.letter import Letter, Matter
from dirserver.store.accounts import accounts
from dirserver.store.delivery import outbox, watching
from dirserver.store.engine.opening import Store, open_store
from tests.parts import open_parts

NOW = 1_790_000_000_000_000


@pytest.fixture
def store(copied_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(watching, "_TICK_S", 0.005)
    parts = open_parts(copied_url)
    parts.identity.add_account("ada", name="Ada", mail="ada@example.com")
    parts.close()
    opened = open_store(copied_url, has_mail=True)
    yield opened
    opened.close()


def watch(store: Store, stop: threading.Event, step: Callable[[threading.Event], int | None], sweep: Callable[[], None]) -> None:
    watching.watch(store, stop, step=step, sweep=sweep, clock=lambda: NOW, subject="test")


def test_it_looks_again_only_when_something_was_written_or_is_due(store: Store) -> None:
    stop, sweeps = threading.Event(), []
    left: list[int] = []  # how many steps were still to come when somebody wrote: looked at here, since a thread's failure is nobody's
    writers: list[threading.Timer] = []
    dues = [NOW, NOW + 1, None]  # due at once, then later than now: until somebody writes

    def step(_: threading.Event) -> int | None:
        due = dues.pop(0)
        if due == NOW + 1:
            writers.append(threading.Timer(0.1, write))
            writers[0].start()
        if due is None:
            stop.set()
        return due

    def write() -> None:
        left.append(len(dues))
        try:
            with store.writing() as tx:
                outbox.post(tx, Letter(Matter.ENTRIES_DELETED, {"who": "B", "book": "C"}, count=1), accounts.of_name(tx, "ada"), NOW)
        except BaseException:
            stop.set()  # nothing else would
            raise

    watch(store, stop, step, lambda: sweeps.append("once"))
    for writer in writers:
        writer.join(30)
    assert (left, dues, sweeps) == ([1], [], ["once"])


def test_a_database_that_does_not_answer_is_asked_again_and_a_stop_is_heard(store: Store) -> None:
    stop = threading.Event()
    steps: list[str] = []

    def step(_: threading.Event) -> int | None:
        steps.append("step")
        if len(steps) < 3:
            raise Unavailable("the database does not answer now")
        stop.set()
        return None

    watch(store, stop, step, lambda: None)
    assert steps == ["step"] * 3
