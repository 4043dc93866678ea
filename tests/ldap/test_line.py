# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.ldap.line import Line, Task
from dirserver.ldap.wire.message import BindRequest, CompareRequest, DeleteRequest, Message

BIND = BindRequest(3, "ada", b"x")
OTHER = CompareRequest("uid=x", "cn", b"x")


def line(*operations: BindRequest | CompareRequest | DeleteRequest) -> Line:
    found = Line(max_running=3, max_waiting=10)
    for number, operation in enumerate(operations, 1):
        found.add(Message(number, operation))
    return found


def started(found: Line) -> list[Task]:
    return list(found.startable())


def numbers(tasks: list[Task]) -> list[int]:
    return [task.message.id for task in tasks]


def test_some_run_side_by_side_and_the_rest_wait() -> None:
    found = line(*[OTHER] * 5)
    running = started(found)
    assert numbers(running) == [1, 2, 3]
    found.finish(running[1])
    assert numbers(started(found)) == [4]


def test_a_bind_runs_alone() -> None:
    found = line(OTHER, BIND, OTHER)
    (first,) = started(found)
    assert started(found) == []
    found.finish(first)
    (bind,) = started(found)
    assert bind.is_bind
    found.finish(bind)
    assert numbers(started(found)) == [3]


def test_tasks_that_end_at_once_make_room_while_others_start() -> None:
    found = line(BIND, OTHER, BIND, OTHER)
    order = []
    for task in found.startable():
        order.append(task.message.id)
        found.finish(task)
    assert order == [1, 2, 3, 4]
    assert found.is_empty


def test_a_full_line_says_so() -> None:
    found = line(BIND, *[OTHER] * 9)
    assert found.is_full
    list(found.startable())
    assert not found.is_full


def test_abandoning_drops_what_waits_and_marks_what_runs() -> None:
    found = line(*[OTHER] * 5)
    running = started(found)
    found.abandon(2)
    found.abandon(5)
    assert [task.is_cancelled for task in running] == [False, True, False]
    for task in running:
        found.finish(task)
    assert numbers(started(found)) == [4]


def test_ending_cancels_everything() -> None:
    found = line(*[OTHER] * 5)
    running = started(found)
    found.abandon_all()
    assert all(task.is_cancelled for task in running)
    for task in running:
        found.finish(task)
    assert found.is_empty


@given(st.lists(st.booleans(), max_size=12), st.randoms(use_true_random=False))
def test_nothing_ever_runs_beside_a_bind_and_nothing_overtakes_one(binds: list[bool], chance: object) -> None:
    found = Line(max_running=3, max_waiting=100)
    for number, is_bind in enumerate(binds):
        found.add(Message(number + 1, BIND if is_bind else OTHER))
    running: list[Task] = []
    finished: list[int] = []
    while not found.is_empty:
        running += started(found)
        assert running
        assert len(running) == 1 or not any(task.is_bind for task in running)
        task = running.pop(chance.randrange(len(running)))  # type: ignore[attr-defined]
        if task.is_bind:
            assert sorted(finished) == list(range(1, task.message.id))
        found.finish(task)
        finished.append(task.message.id)
    assert sorted(finished) == list(range(1, len(binds) + 1))


def test_writes_are_made_one_after_the_other_and_searches_beside_them() -> None:
    found = line(DeleteRequest("uid=x"), OTHER, DeleteRequest("uid=x"), OTHER)
    first, beside = started(found)
    assert (first.is_write, beside.is_write) == (True, False)
    found.finish(first)
    assert [task.is_write for task in started(found)] == [True, False]
