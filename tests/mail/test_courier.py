# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

from dirserver.mail.courier import TOO_OLD, retry_s
from dirserver.mail.mailing import Fate
from dirserver.model.letter import Letter, Matter
from dirserver.store.delivery import outbox
from tests.mail.conftest import SEALER, Post

CHANGED = Letter(Matter.PASSWORD_CHANGED, {"where": "192.0.2.7"})


def test_what_waits_is_sent_once_and_to_each_in_their_language(post: Post) -> None:
    post.put(CHANGED)
    post.put(CHANGED, "basia")
    assert post.courier.step() is None
    assert post.courier.step() is None
    to_ada, to_basia = post.box.arrived
    assert (to_ada["To"], to_basia["To"]) == ("Ada <ada@example.com>", "Basia <basia@example.com>")
    assert (to_ada["Subject"], to_basia["Subject"]) == ("Your password was changed", "Twoje hasło zostało zmienione")
    assert "192.0.2.7" in post.box.texts()[0]
    assert {each.fate for each in post.mailing.queue()} == {Fate.SENT}


def test_a_letter_carries_the_secret_that_only_the_server_could_read(post: Post) -> None:
    post.put(Letter(Matter.INVITATION, sealed=SEALER.seal("the-secret")))
    with post.store.reading() as tx:
        assert "the-secret" not in repr(outbox.listed(tx))
    post.courier.step()
    assert "https://contacts.example.com/welcome/the-secret" in post.box.texts()[0]


def test_an_address_that_there_is_not_is_given_up_and_the_others_are_served(post: Post) -> None:
    post.box.refused["ada@example.com"] = "550 5.1.1 no such mailbox"
    post.put(CHANGED)
    post.put(CHANGED, "basia")
    assert post.courier.step() is None
    assert [message["To"].addresses[0].addr_spec for message in post.box.arrived] == ["basia@example.com"]
    failed = next(each for each in post.mailing.queue() if each.fate is Fate.FAILED)
    assert (failed.login, failed.reason) == ("ada", "550 5.1.1 no such mailbox")
    del post.box.refused["ada@example.com"]
    assert post.mailing.retry() == 1
    post.courier.step()
    assert len(post.box.arrived) == 2


def test_a_busy_mailbox_is_tried_again_later_under_the_same_message_id(post: Post) -> None:
    post.box.answer = "451 4.3.0 come again"
    post.put(CHANGED)
    due_us = post.courier.step()
    assert due_us == post.clock() + 15_000_000
    assert post.mailing.queue()[0].reason == "451 4.3.0 come again"
    post.box.answer = "250 OK"
    assert post.courier.step() == due_us
    post.clock.pass_s(15)
    post.courier.step()
    (message,) = post.box.arrived
    assert message["Message-ID"] == f"<{post.mailing.queue()[0].id}@example.com>"


def test_waits_grow_up_to_an_hour() -> None:
    assert [retry_s(failures) for failures in (0, 1, 2, 7, 8, 50)] == [15, 30, 60, 1920, 3600, 3600]


def test_a_letter_that_could_not_be_sent_in_time_is_not_sent_any_more(post: Post) -> None:
    post.put(Letter(Matter.PASSWORD_LINK, {"where": ""}, sealed=SEALER.seal("x"), lifetime_s=60))
    post.clock.pass_s(61)
    assert post.courier.step() is None
    assert (post.box.arrived, post.mailing.queue()[0].reason) == ([], TOO_OLD)


def test_what_the_dead_have_claimed_is_sent_by_the_next(post: Post) -> None:
    post.put(CHANGED)
    with post.store.writing() as tx:
        outbox.claim(tx, "dead", post.clock(), post.clock() + 900_000_000, 20)
    assert post.courier.step() is not None
    assert post.box.arrived == []
    post.clock.pass_s(901)
    assert post.courier.step() is None
    assert len(post.box.arrived) == 1


def test_a_letter_that_nobody_can_write_does_not_hold_up_the_others(post: Post) -> None:
    post.put(Letter(Matter.INVITATION, sealed="sealed under another key"))
    post.put(Letter(Matter.DEVICE_ADDED, {"where": ""}))
    post.put(CHANGED)
    post.courier.step()
    assert [message["Subject"] for message in post.box.arrived] == ["Your password was changed"]
    assert sorted(each.reason for each in post.mailing.queue() if each.fate is Fate.FAILED) == [
        "its secret can't be read with this installation's key",
        "the letter lacks the word 'label'",
    ]


def test_it_runs_until_it_is_stopped_and_hears_of_new_letters(post: Post) -> None:
    stop = threading.Event()
    running = threading.Thread(target=post.courier.run, args=(stop,))
    running.start()
    post.put(CHANGED)
    try:
        for _ in range(200):
            if post.box.arrived:
                break
            stop.wait(0.1)
    finally:
        stop.set()
        running.join()
    assert len(post.box.arrived) == 1


def test_what_was_done_with_long_ago_is_forgotten(post: Post) -> None:
    post.put(CHANGED)
    post.courier.step()
    post.clock.pass_s(3 * 24 * 3600)
    post.courier.sweep()
    assert post.mailing.queue() == ()
