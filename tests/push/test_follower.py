# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from dirserver.errors import Unavailable
from dirserver.model.client import Family
from dirserver.model.grant import Subject
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.push.follower import next_gap_s, retry_s
from dirserver.store.delivery import subscriptions
from dirserver.store.delivery.subscriptions import Due
from dirserver.store.schema.push_tables import push_subscription
from tests.cast import CLIENTS, PEOPLE, Company, uuid_of
from tests.push.conftest import Push
from tests.push.service import Answer, Received, claims_of


def change(push: Push, who, login: str = "zoe", title: str = "") -> None:
    """Let somebody change somebody's title."""
    with push.parts.directory.writing(who) as writing:
        words = title or f"title {push.parts.clock.now_us} {len(push.service.received)}"
        writing.modify(uuid_of(login), [Modification("title", Operation.REPLACE, (words,))])


def token_of(push: Push, who, slug: str = "people") -> str:
    with push.parts.directory.reading(who) as reading:
        return str(reading.token(reading.book(Slug(slug))))


def rows(push: Push) -> dict[str, object]:
    with push.parts.store.reading() as tx:
        return {row.id: row for row in tx.connection.execute(select(push_subscription))}


def test_who_subscribed_is_told_of_a_change_and_where_the_book_stands(push: Push, company: Company) -> None:
    phone, made = push.subscribe(company.ada)
    assert push.follower.step() is None
    assert push.service.received == []
    change(push, company.chika)
    assert push.follower.step() is None
    (message,) = push.service.sent_to(phone)
    assert message.token_for(phone) == token_of(push, company.ada)
    with push.parts.directory.reading(company.ada) as reading:
        assert message.topic_for(phone) == push.subscriptions.topic_of(reading.book(PEOPLE))
    claims, key = claims_of(message.headers["authorization"])
    assert (claims["aud"], key) == (push.service.origin, push.subscriptions.public_key)
    assert message.headers["content-encoding"] == "aes128gcm"
    assert message.headers["topic"] == push.keys.slot_of(made.id)
    assert int(message.headers["ttl"]) > 0
    assert message.headers["urgency"] == "normal"
    # Nothing more until something else changes.
    push.parts.clock.pass_s(3600)
    assert push.follower.step() is None
    assert len(push.service.received) == 1


def test_each_is_told_of_their_own_books_with_their_own_view(push: Push, company: Company) -> None:
    ada, esme, clients = push.subscribe(company.ada)[0], push.subscribe(company.esme)[0], push.subscribe(company.bruno, "clients")[0]
    change(push, company.chika)
    push.follower.step()
    assert push.service.sent_to(clients) == []
    tokens = {push.service.sent_to(phone)[0].token_for(phone) for phone in (ada, esme)}
    # Esme sees less, so her token is another one.
    assert tokens == {token_of(push, company.ada), token_of(push, company.esme)}
    assert len(tokens) == 2


def test_a_token_is_the_one_that_the_phone_s_own_program_would_be_given(push: Push, company: Company) -> None:
    program = company.ada.using(next(iter(Family)))
    phone, _ = push.subscribe(program)
    change(push, company.chika)
    push.follower.step()
    assert push.service.sent_to(phone)[0].token_for(phone) == token_of(push, program)


def test_many_changes_are_one_message_and_a_stream_of_them_a_few(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.ada)
    for _ in range(5):
        change(push, company.chika, title=f"{_}")
    push.follower.step()
    assert len(push.service.sent_to(phone)) == 1
    # A change a second for two minutes.
    for second in range(120):
        push.parts.clock.pass_s(1)
        change(push, company.chika, title=f"second {second}")
        push.follower.step()
    push.parts.clock.pass_s(60)
    push.follower.step()
    messages = push.service.sent_to(phone)
    assert len(messages) <= 8
    assert messages[-1].token_for(phone) == token_of(push, company.ada)


def test_the_last_change_of_a_stream_is_told_when_the_pause_is_over(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.ada)
    change(push, company.chika, title="a")
    push.follower.step()
    push.parts.clock.pass_s(1)
    change(push, company.chika, title="b")
    due_us = push.follower.step()
    assert due_us is not None
    assert push.parts.clock.now_us < due_us <= push.parts.clock.now_us + 2_000_000
    push.parts.clock.now_us = due_us
    assert push.follower.step() is None
    assert push.service.sent_to(phone)[-1].token_for(phone) == token_of(push, company.ada)


def test_nothing_is_sent_to_whom_the_book_does_not_show_any_more(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.dov, "clients")
    other, kept = push.subscribe(company.bruno, "clients")
    with push.parts.directory.writing(company.system) as writing:
        writing.revoke(writing.book(CLIENTS), Subject.parse("authenticated"))
        writing.trash(uuid_of("Acme GmbH"))
    push.follower.step()
    assert push.service.sent_to(phone) == []
    assert len(push.service.sent_to(other)) == 1
    assert set(rows(push)) == {kept.id}


def test_a_closed_account_hears_nothing_even_when_its_subscription_was_left(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.dov)
    with push.parts.store.writing() as tx:
        left = [dict(row._mapping) for row in tx.connection.execute(select(push_subscription))]
    push.parts.identity.close_account("dov")
    with push.parts.store.writing() as tx:
        tx.connection.execute(push_subscription.insert(), left)
    change(push, company.chika)
    push.follower.step()
    assert push.service.sent_to(phone) == []
    assert rows(push) == {}


@pytest.mark.parametrize("status", [404, 410])
def test_what_the_push_service_does_not_know_any_more_is_removed(push: Push, company: Company, status) -> None:
    push.service.answer = lambda _: Answer(status)
    push.subscribe(company.ada)
    change(push, company.chika)
    assert push.follower.step() is None
    assert rows(push) == {}


def test_a_push_service_that_asks_to_wait_is_waited_for(push: Push, company: Company) -> None:
    phone, made = push.subscribe(company.ada)
    push.service.answer = lambda _: Answer(429, {"Retry-After": "300"})
    change(push, company.chika)
    due_us = push.follower.step()
    assert due_us == push.parts.clock.now_us + 300_000_000
    push.parts.clock.pass_s(299)
    push.follower.step()
    assert len(push.service.sent_to(phone)) == 1
    push.service.answer = lambda _: Answer()
    push.parts.clock.pass_s(1)
    assert push.follower.step() is None
    assert push.service.sent_to(phone)[-1].token_for(phone) == token_of(push, company.ada)
    assert rows(push)[made.id].failures == 0


def test_a_failure_is_tried_again_later_each_time_and_given_up_at_last(push: Push, company: Company) -> None:
    push.subscribe(company.ada)
    push.service.answer = lambda _: Answer(400, body=b"what the service says stays with it")
    change(push, company.chika)
    waits = []
    # The phone goes on renewing.
    with push.parts.store.writing() as tx:
        tx.connection.execute(push_subscription.update().values(expires_us=2**60))
    while (due_us := push.follower.step()) is not None:
        waits.append((due_us - push.parts.clock.now_us) // 1_000_000)
        push.parts.clock.now_us = due_us
    assert waits[:4] == [60, 120, 240, 480]
    assert waits == sorted(waits)
    assert max(waits) == 6 * 3600
    assert sum(waits) > 36 * 3600
    assert rows(push) == {}


def test_a_redirect_is_followed_by_nobody(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.ada)
    push.service.answer = lambda _: Answer(307, {"Location": f"{push.service.origin}/elsewhere"})
    change(push, company.chika)
    push.follower.step()
    assert [each.path for each in push.service.received] == [phone.resource.removeprefix(push.service.origin)]


def test_what_has_expired_is_not_used_and_is_swept_away(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.ada)
    push.parts.clock.pass_s(8 * 86_400)
    kept = push.subscribe(company.bruno)[1].id
    change(push, company.chika)
    push.follower.step()
    assert push.service.sent_to(phone) == []
    push.follower.sweep()
    push.follower.sweep()
    assert set(rows(push)) == {kept}


def test_who_spares_a_subscription_is_not_told_of_that_change_but_of_others(push: Push, company: Company) -> None:
    phone, made = push.subscribe(company.chika)
    other, _ = push.subscribe(company.chika)
    bruno, _ = push.subscribe(company.bruno)

    def edit(title: str, spared) -> None:
        with push.parts.directory.writing(company.chika) as writing:
            writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, (title,))])
            writing.spare(writing.book(PEOPLE), spared)

    edit("one", [made.id])
    edit("two", [made.id, "unknown"])
    push.follower.step()
    assert push.service.sent_to(phone) == []
    assert len(push.service.sent_to(other)) == len(push.service.sent_to(bruno)) == 1
    # "All" are one's own: nobody keeps a change from others.
    edit("three", None)
    push.parts.clock.pass_s(60)
    push.follower.step()
    assert push.service.sent_to(phone) == []
    assert len(push.service.sent_to(other)) == 1
    assert len(push.service.sent_to(bruno)) == 2
    # What somebody else changed before is told all the same.
    change(push, company.system)
    edit("four", [made.id])
    push.parts.clock.pass_s(60)
    push.follower.step()
    assert push.service.sent_to(phone)[-1].token_for(phone) == token_of(push, company.chika)


def test_nobody_spares_a_subscription_of_somebody_else(push: Push, company: Company) -> None:
    phone, made = push.subscribe(company.bruno)
    with push.parts.directory.writing(company.chika) as writing:
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, ("quiet",))])
        writing.spare(writing.book(PEOPLE), [made.id])
    push.follower.step()
    assert len(push.service.sent_to(phone)) == 1


def test_of_two_followers_one_delivers_and_a_dead_one_s_work_is_done_by_the_other(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.ada)
    change(push, company.chika)
    now_us = push.parts.clock.now_us
    with push.parts.store.writing() as tx:
        # One claims and dies.
        (claimed,) = subscriptions.claim(tx, "dead", now_us, now_us + 30_000_000, 10)
    other = push.another_follower()
    assert other.step() == now_us + 30_000_000
    assert push.service.received == []
    push.parts.clock.pass_s(30)
    assert other.step() is None
    assert len(push.service.sent_to(phone)) == 1
    with push.parts.store.writing() as tx:
        # What the dead one would still say counts for nothing.
        subscriptions.settle(tx, "dead", [], [], [claimed.id])
    assert len(rows(push)) == 1


def test_hundreds_are_told_over_a_few_connections(push: Push, company: Company) -> None:
    phones = [push.subscribe(who)[0] for who in (company.ada, company.bruno, company.chika) for _ in range(80)]
    change(push, company.chika)
    assert push.follower.step() is None
    assert [len(push.service.sent_to(phone)) for phone in phones] == [1] * 240
    assert push.service.connections <= 32


def test_a_push_service_that_is_down_is_left_alone_and_others_are_served(push: Push, company: Company) -> None:
    down = push.service.origin.rpartition(":")[0] + ":9"
    settings = replace(push.settings, own_services=(push.service.origin, down))
    push.subscriptions._destinations._own = push.delivery._destinations._own = frozenset(settings.own_services)
    for _ in range(40):
        phone = push.service.phone()
        phone.resource = f"{down}{phone.resource.removeprefix(push.service.origin)}"
        push.subscribe(company.ada, phone=phone)
    phone, _ = push.subscribe(company.bruno)
    change(push, company.chika)
    due_us = push.follower.step()
    assert due_us == push.parts.clock.now_us + 60_000_000
    assert len(push.service.sent_to(phone)) == 1
    counts = sorted(row.failures for row in rows(push).values())
    assert counts[0] == 0
    assert counts[-1] == 1


def test_it_runs_until_it_is_stopped_and_tells_within_a_second_or_so(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.ada)
    stop = threading.Event()
    thread = threading.Thread(target=push.follower.run, args=(stop,))
    thread.start()
    try:
        change(push, company.chika)
        push.service.wait_for(phone)
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def test_what_is_under_way_when_it_is_stopped_is_told_by_the_next_one(push: Push, company: Company) -> None:
    phone, _ = push.subscribe(company.ada)
    stop, hold = threading.Event(), threading.Event()
    arrived = threading.Event()

    def wait_a_while(_: Received) -> Answer:
        arrived.set()
        return Answer(hold=hold)

    push.service.answer = wait_a_while
    thread = threading.Thread(target=push.follower.run, args=(stop,))
    thread.start()
    change(push, company.chika)
    assert arrived.wait(30)
    stop.set()
    thread.join(30)
    hold.set()
    assert not thread.is_alive()
    (row,) = rows(push).values()
    assert (row.failures, row.due_us, row.claim) == (0, push.parts.clock.now_us, "")
    assert phone.resource == row.resource


def test_a_database_that_does_not_answer_is_asked_again(push: Push, company: Company, monkeypatch) -> None:
    phone, _ = push.subscribe(company.ada)
    faults = [Unavailable("the database does not answer now"), RuntimeError("a fault of ours")]
    stop = threading.Event()
    working = push.follower.step

    def step(*words: object) -> int | None:
        if faults:
            raise faults.pop(0)
        return working(*words)

    monkeypatch.setattr(push.follower, "step", step)
    monkeypatch.setattr("dirserver.store.delivery.watching._TICK_S", 0.01)
    change(push, company.chika)
    thread = threading.Thread(target=push.follower.run, args=(stop,))
    thread.start()
    try:
        for _ in range(1_000):
            if push.service.sent_to(phone):
                break
            push.parts.clock.pass_s(31)
            stop.wait(0.02)
        assert push.service.sent_to(phone)
    finally:
        stop.set()
        thread.join(30)


def due(**changes: object) -> Due:
    return replace(Due("x", 1, "", "ada", PEOPLE, "", "", "", "", 0, 0, 0, None), **changes)


def test_pauses_grow_while_changes_go_on_and_shrink_when_it_is_quiet() -> None:
    assert next_gap_s(due(), 0) == 2
    assert next_gap_s(due(delivered_us=0, gap_s=2), 3_000_000) == 4
    assert next_gap_s(due(delivered_us=0, gap_s=60), 60_000_000) == 60
    assert next_gap_s(due(delivered_us=0, gap_s=60), 241_000_000) == 2


def test_retries_wait_as_asked_or_longer_each_time() -> None:
    assert [retry_s(failures, None) for failures in (0, 1, 2, 20, 10_000)] == [60, 120, 240, 21_600, 21_600]
    assert retry_s(5, 3.0) == 3.0
    assert retry_s(5, 0.0) == 1.0
