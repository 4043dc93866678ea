# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from dirserver.errors import BadInput, NotAllowed
from dirserver.model.names import Slug
from dirserver.model.principal import Door
from dirserver.push.subscribing import MAX_PER_ACCOUNT, Wish
from dirserver.store.schema.push_tables import push_subscription
from tests.cast import Company, device_of
from tests.push.conftest import Push


def kept(push: Push) -> dict[str, object]:
    with push.parts.store.reading() as tx:
        return {row.id: row for row in tx.connection.execute(select(push_subscription))}


def view_of(push: Push, who, slug: str = "people"):
    with push.parts.directory.reading(who) as reading:
        return reading.book(Slug(slug))


def test_a_device_subscribes_from_where_the_book_stands_and_nobody_can_guess_its_name(push: Push, company: Company) -> None:
    _, made = push.subscribe(company.ada)
    view = view_of(push, company.ada)
    row = kept(push)[made.id]
    assert made.is_new
    assert (row.number, row.account_id, row.book_id) == (view.book.number, company.ada.account_id, view.book.id)
    assert len(made.id) == 22
    assert push.subscribe(company.ada)[1].id != made.id


def test_the_same_push_resource_again_renews_what_is_there(push: Push, company: Company) -> None:
    phone, first = push.subscribe(company.ada)
    push.parts.clock.pass_s(86_400)
    again = push.subscribe(company.ada, phone=phone)[1]
    assert (again.id, again.is_new) == (first.id, False)
    assert again.expires_at == first.expires_at + timedelta(days=1)
    # Another book and another account are other subscriptions.
    others = [push.subscribe(company.ada, "clients", phone)[1], push.subscribe(company.bruno, "people", phone)[1]]
    assert len({first.id, *(each.id for each in others)}) == 3
    assert len(kept(push)) == 3


@pytest.mark.parametrize(
    "wished_s, given_s", [(None, 7 * 86_400), (-60, 7 * 86_400), (60, 3600), (3 * 86_400, 3 * 86_400), (90 * 86_400, 14 * 86_400)]
)
def test_an_end_is_as_wished_within_bounds(push: Push, company: Company, wished_s, given_s) -> None:
    now = datetime.fromtimestamp(push.parts.clock.now_us // 1_000_000, UTC)
    phone = push.service.phone()
    wish = Wish(phone.resource, phone.p256dh, phone.auth, None if wished_s is None else now + timedelta(seconds=wished_s))
    made = push.subscriptions.subscribe(company.ada, view_of(push, company.ada), wish)
    assert made.expires_at == now + timedelta(seconds=given_s)


def test_what_can_never_be_delivered_is_not_kept(push: Push, company: Company) -> None:
    phone, view = push.service.phone(), view_of(push, company.ada)
    for wish in (
        Wish("http://10.0.0.1/x", phone.p256dh, phone.auth),
        Wish(phone.resource, "no key", phone.auth),
        Wish(phone.resource, phone.p256dh, "short"),
    ):
        with pytest.raises(BadInput):
            push.subscriptions.subscribe(company.ada, view, wish)
    with pytest.raises(NotAllowed):
        push.subscriptions.subscribe(company.nobody, view, Wish(phone.resource, phone.p256dh, phone.auth))
    assert kept(push) == {}


def test_only_its_owner_ends_a_subscription(push: Push, company: Company) -> None:
    _, made = push.subscribe(company.ada)
    assert not push.subscriptions.unsubscribe(company.bruno, made.id)
    assert not push.subscriptions.unsubscribe(company.nobody, made.id)
    assert not push.subscriptions.unsubscribe(company.ada, "x" * 22)
    assert push.subscriptions.unsubscribe(company.ada, made.id)
    assert not push.subscriptions.unsubscribe(company.ada, made.id)


def test_an_account_has_a_bounded_number_and_the_one_nearest_to_its_end_makes_room(push: Push, company: Company) -> None:
    first = push.subscribe(company.ada)[1].id
    push.parts.clock.pass_s(10)
    others = [push.subscribe(company.ada)[1].id for _ in range(MAX_PER_ACCOUNT)]
    bruno = push.subscribe(company.bruno)[1].id
    assert set(kept(push)) == {*others, bruno}
    assert first not in kept(push)


def test_what_a_device_password_subscribed_goes_with_it(push: Push, company: Company) -> None:
    identity = push.parts.identity
    assert identity.devices.shown("ada", "wrong", door=Door.DAV, address="127.0.0.1") is None
    assert identity.devices.shown("nobody-here", "wrong", door=Door.DAV, address="127.0.0.1") is None
    device = identity.devices.shown("ada", device_of("ada"), door=Door.DAV, address="127.0.0.1")
    assert device is not None
    phone = push.service.phone()
    wish = Wish(phone.resource, phone.p256dh, phone.auth)
    push.subscriptions.subscribe(company.ada, view_of(push, company.ada), wish, device_id=device)
    other = push.subscribe(company.ada)[1].id
    identity.revoke_device_password("ada", device)
    assert set(kept(push)) == {other}


def test_what_an_account_subscribed_goes_when_it_is_closed(push: Push, company: Company) -> None:
    push.subscribe(company.ada)
    bruno = push.subscribe(company.bruno)[1].id
    push.parts.identity.close_account("ada")
    assert set(kept(push)) == {bruno}


def test_what_is_said_of_a_book_is_the_same_to_all_and_another_for_each_book(push: Push, company: Company) -> None:
    told = push.subscriptions
    assert told.topic_of(view_of(push, company.ada)) == told.topic_of(view_of(push, company.bruno))
    assert told.topic_of(view_of(push, company.ada)) != told.topic_of(view_of(push, company.ada, "clients"))
    assert told.public_key == push.keys.public_key
