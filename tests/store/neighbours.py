# SPDX-License-Identifier: GPL-3.0-or-later
"""What other processes do to the same database while a test looks on."""

from __future__ import annotations

from multiprocessing.synchronize import Barrier, Event

from dirserver.directory.views.entry import Draft, Search
from dirserver.model.change import SyncToken
from dirserver.model.filter import Equality
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Slug
from dirserver.model.principal import Door, Principal
from dirserver.store.engine import opening
from dirserver.store.engine.opening import open_store
from tests.cast import PEOPLE, device_of, draft, password_of, principal, uuid_of
from tests.parts import open_parts

LONG_S = 90


def hold_a_writing(url: str, holding: Event, answered: list[Event]) -> None:
    """Change Ada, and commit only when everybody else has had an answer."""
    parts = open_parts(url)
    with parts.directory.writing(Principal.system()) as writing:
        writing.modify(uuid_of("ada"), [Modification("title", Operation.REPLACE, ("Changed",))])
        writing.add(writing.book(PEOPLE), draft("nova", "Nova", "Neue", "New", None))
        holding.set()
        for one in answered:
            assert one.wait(LONG_S), "a reader waited for the writer"
    parts.close()


def read_everything(url: str, login: str, holding: Event, done: Event, said: Event) -> None:
    """Ask all that phones and mail clients ask while somebody else is writing; ``said`` is set if all was answered well."""
    # Whoever waits for the writer waits until the writer gives up: no lock runs out by itself.
    opening._BUSY_TIMEOUT_MS = 10 * LONG_S * 1000
    parts = open_parts(url)
    assert holding.wait(LONG_S)
    who = parts.identity.authenticate(login, device_of(login), door=Door.DAV, address="127.0.0.1")
    assert parts.identity.authenticate(login, password_of(login), door=Door.LDAP, address="127.0.0.1").account_id == who.account_id
    assert principal(parts.identity, login) == who
    with parts.directory.reading(who) as reading:
        book = reading.book(PEOPLE)
        listed = list(reading.listing(book))
        assert len(listed) == reading.count(book) == len(list(reading.renderings(book, None)))
        assert len(reading.changes(book, SyncToken.parse(str(reading.token(book)))).changed) == 0
        assert [one.name for one in reading.search(Search(Equality("title", "Account Manager"))).entries] == ["ada"]
        assert reading.suggest("nova").entries == ()
        assert not any(one.modified_by == "system" and one.revision > 1 for one in reading.search(Search()).entries)
    with parts.directory.reading(who) as reading:
        assert len(list(reading.renderings(reading.book(PEOPLE), None))) == len(listed)
    parts.close()
    said.set()
    done.set()


def add_many(url: str, book: str, login: str, count: int, start: Barrier) -> None:
    """Add entries one transaction each."""
    parts = open_parts(url)
    start.wait(LONG_S)
    for number in range(count):
        with parts.directory.writing(Principal.system()) as writing:
            one = draft(f"{login}-{number}", login, f"No {number}", "New", None)
            writing.add(writing.book(Slug(book)), Draft(one.card, name=one.name))
    parts.close()


def migrate(url: str, start: Barrier) -> None:
    """Open the database at the same moment as others do."""
    start.wait(LONG_S)
    open_store(url).close()
