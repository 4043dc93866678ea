# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dirserver.errors import Conflict
from dirserver.model.audit import FIRST, Action, Event, hash_of
from dirserver.model.principal import Principal
from dirserver.store.care import audit
from dirserver.store.care.audit import Wanted
from dirserver.store.engine.opening import Store, open_store
from tests.parts import CoreParts

SYSTEM = Principal.system()


def events(store: Store, wanted: Wanted | None = None) -> list[str]:
    with store.reading() as tx:
        return [one.target for one in audit.each(tx, wanted or Wanted())]


def test_each_event_holds_the_hash_of_the_one_before(parts: CoreParts) -> None:
    for target in ("a", "b"):
        with parts.store.writing() as tx:
            audit.record(tx, Event(Action.ACCOUNT_ADDED, f"{target}1", "ł", ("x",), 3), SYSTEM, 5)
            audit.record(tx, Event(Action.ACCOUNT_ADDED, f"{target}2"), None, 6)
    with parts.store.reading() as tx:
        rows = list(audit.each(tx, Wanted()))
        assert audit.head(tx).hash == rows[-1].hash
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [row.previous for row in rows] == [FIRST, *(row.hash for row in rows[:-1])]
    assert all(hash_of(row) == row.hash for row in rows)
    assert (rows[0].actor, rows[0].credential, rows[0].fields, rows[0].count) == ("system", "operator", ("x",), 3)
    assert rows[1].actor == "anonymous"


def test_what_is_undone_is_not_in_the_trail(parts: CoreParts) -> None:
    def fail() -> None:
        with parts.store.writing() as tx:
            audit.record(tx, Event(Action.ACCOUNT_ADDED, "lost"), SYSTEM, 5)
            raise Conflict("no")

    with pytest.raises(Conflict):
        fail()
    assert events(parts.store) == []


def test_the_database_itself_refuses_to_change_or_remove_an_event(parts: CoreParts) -> None:
    with parts.store.writing() as tx:
        audit.record(tx, Event(Action.ACCOUNT_ADDED, "kept"), SYSTEM, 5)
        is_sqlite = tx.is_sqlite
    deeds = ["UPDATE audit_event SET target = 'other'", "DELETE FROM audit_event"] + ([] if is_sqlite else ["TRUNCATE audit_event"])
    for deed in deeds:
        with pytest.raises((Conflict, DBAPIError)), parts.store.writing() as tx:
            tx.connection.execute(text(deed))
    assert events(parts.store) == ["kept"]


def test_many_writers_at_once_make_one_chain(copied_url: str) -> None:
    stores = [open_store(copied_url) for _ in range(4)]

    def write(store: Store) -> None:
        for number in range(8):
            with store.writing() as tx:
                audit.record(tx, Event(Action.ACCOUNT_ADDED, str(number)), SYSTEM, number)

    threads = [threading.Thread(target=write, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stores[0].reading() as tx:
        rows = list(audit.each(tx, Wanted()))
    assert [row.number for row in rows] == list(range(1, 33))
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    for store in stores:
        store.close()


def test_events_are_found_by_actor_action_target_and_time(parts: CoreParts) -> None:
    with parts.store.writing() as tx:
        audit.record(tx, Event(Action.GRANT_GIVEN, "book:people", "group:1"), SYSTEM, 5)
        audit.record(tx, Event(Action.EXPORTED, "book:people"), None, 6)
    assert events(parts.store, Wanted(target="group:1")) == ["book:people"]
    assert len(events(parts.store, Wanted(target="book:people"))) == 2
    assert len(events(parts.store, Wanted(actor="system"))) == 1
    assert len(events(parts.store, Wanted(action=Action.EXPORTED))) == 1
    assert len(events(parts.store, Wanted(since_us=6))) == 1
