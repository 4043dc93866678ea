# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from dirserver.errors import Conflict
from dirserver.model.principal import Held
from dirserver.store.accounts import accounts
from dirserver.store.accounts.accounts import AccountRow, DeviceRow, LinkRow, SessionRow
from dirserver.store.engine import counters
from dirserver.store.engine.opening import ReadTx
from tests.cast import Company, uuid_of
from tests.parts import CoreParts


def row(tx: ReadTx, login: str) -> AccountRow:
    found = accounts.by_login_or_mail(tx, login)
    assert found is not None
    return found


def test_an_account_comes_back_as_it_was_kept(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        kept = replace(
            row(tx, "ada"), uuid="another", login="Łucja", login_key="lucja", mail_key="lucja@example.com", entry_uuid=None, is_admin=True
        )
        number = accounts.add(tx, kept)
        assert accounts.by_id(tx, number) == replace(kept, id=number) == accounts.lock(tx, number)
        assert [one.login for one in accounts.without_entry(tx)] == ["printer", "admin", "Łucja"]
        accounts.link(tx, number, uuid_of("zoe"))
        accounts.save(tx, replace(accounts.by_id(tx, number), name="Lucy"))
        assert accounts.by_id(tx, number) == replace(kept, id=number, name="Lucy", entry_uuid=uuid_of("zoe"))
        assert accounts.by_id(tx, 10_000) is accounts.lock(tx, 10_000) is None


def test_a_login_stands_once(parts: CoreParts, company: Company) -> None:
    with pytest.raises(Conflict), parts.store.writing() as tx:
        accounts.add(tx, replace(row(tx, "ada"), uuid="another"))


def test_whatever_changes_an_account_moves_the_access_number(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        ada = row(tx, "ada")
        deeds = (
            lambda: accounts.save(tx, replace(ada, is_active=False)),
            lambda: accounts.link(tx, ada.id, uuid_of("zoe")),
            lambda: accounts.add(tx, replace(ada, uuid="another", login_key="other")),
        )
        for deed in deeds:
            before = counters.access_number(tx)
            deed()
            assert counters.access_number(tx) > before


def test_a_better_hash_is_kept_only_in_place_of_the_one_that_it_was_made_from(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        ada = row(tx, "ada")
        accounts.improve_hash(tx, ada.id, "something else", "better")
        assert row(tx, "ada") == ada
        accounts.improve_hash(tx, ada.id, ada.password_hash or "", "better")
        assert row(tx, "ada").password_hash == "better"
        assert row(tx, "bruno").password_hash != "better"


def test_device_passwords_belong_to_their_account(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        ada, bruno = row(tx, "ada"), row(tx, "bruno")
        accounts.add_device(tx, DeviceRow(0, ada.id, "digest", "tablet", "dav", 5, None, "", ""))
        first, second = accounts.devices(tx, ada.id)
        assert (second.label, second.digest, second.last_used_us) == ("tablet", "digest", None)
        accounts.note_use(tx, second.id, 9, "203.0.113.7", "dav")
        assert accounts.devices(tx, ada.id)[1] == replace(second, last_used_us=9, last_used_address="203.0.113.7", last_used_door="dav")
        assert not accounts.drop_device(tx, bruno.id, second.id)
        assert accounts.drop_device(tx, ada.id, second.id)
        assert accounts.devices(tx, ada.id) == (first,)


def test_sessions_are_seen_restamped_and_dropped(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        ada = row(tx, "ada")
        for digest, stamp, created, seen in (("old", 0, 1, 1), ("idle", 0, 50, 10), ("good", 0, 50, 60), ("stale", 5, 50, 60)):
            accounts.add_session(tx, SessionRow(digest, ada.id, stamp, "csrf", "", created, seen))
        accounts.drop_old_sessions(tx, seen_before_us=20, created_before_us=20)
        assert accounts.session_of(tx, "old") is accounts.session_of(tx, "idle") is None
        accounts.see_session(tx, "good", 99)
        accounts.keep_sessions(tx, ada.id, 1)
        assert accounts.session_of(tx, "good") == SessionRow("good", ada.id, 1, "csrf", "", 50, 99)
        assert accounts.session_of(tx, "stale").stamp == 5
        accounts.drop_session(tx, "good")
        accounts.drop_sessions(tx, ada.id)
        assert accounts.session_of(tx, "good") is accounts.session_of(tx, "stale") is None


def test_a_link_is_used_up_once(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        link = LinkRow("digest", row(tx, "ada").id, "first sign-in", 99)
        accounts.add_link(tx, link)
        assert accounts.link_of(tx, "digest") == link
        assert accounts.use_link(tx, "digest")
        assert not accounts.use_link(tx, "digest")
        assert accounts.link_of(tx, "digest") is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_admin": False}, {"leaves_us": 5}])
def test_the_last_administrator_stays_one_whatever_is_changed(parts: CoreParts, company: Company, change: dict[str, Any]) -> None:
    admin = named(parts, "admin")
    with pytest.raises(Conflict, match="only administrator"), parts.store.writing() as tx:
        accounts.save(tx, replace(admin, **change))
    with parts.store.writing() as tx:
        accounts.save(tx, replace(admin, name="Another name"))
        accounts.save(tx, replace(named(parts, "ada"), is_admin=True))
    with parts.store.writing() as tx:
        accounts.save(tx, replace(admin, **change))
    with pytest.raises(Conflict, match="only administrator"), parts.store.writing() as tx:
        accounts.save(tx, replace(named(parts, "ada"), is_admin=False))


def test_two_administrators_who_close_each_other_at_once_do_not_both(parts: CoreParts, company: Company) -> None:
    with parts.store.writing() as tx:
        accounts.save(tx, replace(named(parts, "ada"), is_admin=True))
    outcomes: list[str] = []

    def close(login: str) -> None:
        try:
            parts.identity.close_account(login)
        except Conflict:
            outcomes.append("refused")
        else:
            outcomes.append("closed")

    both = [threading.Thread(target=close, args=(login,)) for login in ("ada", "admin")]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(outcomes) == ["closed", "refused"]


def test_what_is_held_ends_with_the_account_the_device_or_the_stamp(parts: CoreParts, company: Company) -> None:
    ada, dov = named(parts, "ada"), named(parts, "dov")
    with parts.store.reading() as tx:
        (phone,) = accounts.devices(tx, ada.id)
    held = [Held(ada.id), Held(ada.id, phone.id, 0), Held(ada.id, 0, ada.stamp), Held(dov.id, phone.id), Held(ada.id, 999), Held(999_999)]

    def ended(now_us: int = 0) -> list[bool]:
        with parts.store.reading() as tx:
            found = accounts.ended_among(tx, held, now_us)
        return [one in found for one in held]

    assert ended() == [False, False, False, True, True, True]
    with parts.store.writing() as tx:
        accounts.save(tx, replace(ada, stamp=ada.stamp + 1, leaves_us=100))
    assert ended(99) == [False, False, True, True, True, True]
    assert all(ended(100))


def named(parts: CoreParts, login: str) -> accounts.AccountRow:
    with parts.store.reading() as tx:
        return accounts.of_name(tx, login)
