# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from dirserver.model.letter import Letter, Matter
from dirserver.store.accounts import accounts
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import Store, open_store
from tests.parts import open_parts

NOW = 1_790_000_000_000_000
HOUR = 3600 * 1_000_000
DELETED = Letter(Matter.ENTRIES_DELETED, {"who": "Bruno", "book": "Clients"}, count=12)


@pytest.fixture
def store(copied_url: str) -> Iterator[Store]:
    parts = open_parts(copied_url)
    parts.identity.add_account("ada", name="Ada", mail="ada@example.com", language="pl")
    parts.identity.add_account("printer", name="Printer", mail="")
    parts.close()
    opened = open_store(copied_url, has_mail=True)
    yield opened
    opened.close()


def posted(store: Store, letter: Letter = DELETED, login: str = "ada", at_us: int = NOW) -> bool:
    with store.writing() as tx:
        return outbox.post(tx, letter, accounts.of_name(tx, login), at_us)


def claimed(store: Store, who: str = "a", at_us: int = NOW, limit: int = 20) -> tuple[outbox.OutboxRow, ...]:
    with store.writing() as tx:
        return outbox.claim(tx, who, at_us, at_us + 60_000_000, limit)


def test_a_letter_waits_with_what_its_text_needs(store: Store) -> None:
    assert posted(store)
    (row,) = claimed(store)
    assert (row.recipient, row.name, row.language, row.matter) == ("ada@example.com", "Ada", "pl", "entries-deleted")
    assert (row.said(), row.count, row.sealed) == ({"who": "Bruno", "book": "Clients"}, 12, "")


def test_a_letter_is_taken_back_with_its_deed(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as tx:
        outbox.post(tx, DELETED, accounts.of_name(tx, "ada"), NOW)
        _ = 1 // 0
    assert claimed(store) == ()


def test_nothing_waits_where_nobody_delivers_or_the_account_has_no_address(store: Store, copied_url: str) -> None:
    silent = open_store(copied_url)
    assert not posted(silent)
    silent.close()
    assert not posted(store, login="printer")
    assert claimed(store) == ()


def test_what_is_claimed_is_sent_by_one_and_freed_when_that_one_dies(store: Store) -> None:
    posted(store)
    (row,) = claimed(store, "a")
    assert claimed(store, "b") == ()
    assert [one.id for one in claimed(store, "b", NOW + 61_000_000)] == [row.id]
    with store.writing() as tx:
        # Too late: b has it now.
        outbox.settle(tx, "a", row.id, NOW)
    with store.reading() as tx:
        assert outbox.listed(tx)[0].done_us is None
    with store.writing() as tx:
        outbox.settle(tx, "b", row.id, NOW)
    with store.reading() as tx:
        assert outbox.listed(tx)[0].done_us == NOW
        assert outbox.next_due(tx) is None


def test_a_letter_that_is_done_with_forgets_its_secret_and_then_itself(store: Store) -> None:
    posted(store, Letter(Matter.INVITATION, sealed="sealed"))
    (row,) = claimed(store)
    assert row.sealed == "sealed"
    with store.writing() as tx:
        outbox.settle(tx, "a", row.id, NOW, "no such mailbox")
        assert (outbox.listed(tx)[0].sealed, outbox.listed(tx)[0].reason) == ("", "no such mailbox")
        # Without its secret it is worth nothing.
        assert outbox.retry(tx, NOW, HOUR) == 0
        assert outbox.drop_done(tx, NOW + HOUR, NOW) == 0
        assert outbox.drop_done(tx, NOW + HOUR, NOW + HOUR) == 1


def test_what_was_put_off_waits_and_can_be_tried_at_once(store: Store) -> None:
    posted(store)
    (row,) = claimed(store)
    with store.writing() as tx:
        outbox.put_off(tx, "a", [row.id], NOW + HOUR, "450 later", 3)
    assert claimed(store) == ()
    with store.writing() as tx:
        assert outbox.retry(tx, NOW, HOUR) == 1
    assert claimed(store)[0].failures == 3


def test_an_account_is_told_no_more_of_a_matter_in_an_hour_than_its_letter_allows(store: Store) -> None:
    link = Letter(Matter.PASSWORD_LINK, most_an_hour=2)
    assert [posted(store, link) for _ in range(3)] == [True, True, False]
    assert posted(store)
    assert posted(store, link, at_us=NOW + HOUR)


def test_what_does_not_hold_any_more_is_not_sent(store: Store) -> None:
    posted(store, Letter(Matter.INVITATION))
    posted(store)
    with store.writing() as tx:
        outbox.drop_waiting(tx, accounts.of_name(tx, "ada").id, [Matter.INVITATION])
    assert [row.matter for row in claimed(store)] == ["entries-deleted"]
