# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything moved from SQLite to PostgreSQL and back: nobody who asks can tell, and what is written then goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from dirserver.care.trail import Trail
from dirserver.demo.company import build
from dirserver.directory.views.entry import Draft, Search
from dirserver.model.audit import Action
from dirserver.model.change import SyncToken
from dirserver.model.filter import Approximate, Equality, Filter, Or, Substrings
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door as At
from dirserver.model.principal import Principal
from dirserver.store.care.backup import renew
from dirserver.store.care.moving import move
from dirserver.store.care.soundness import faults
from dirserver.store.care.transfer import MOVED
from dirserver.store.schema.tables import counter
from radicale_dirserver.application import make_app
from tests.cast import CLIENTS, PEOPLE, Company, device_of, draft, entry_of, password_of, principal, uuid_of
from tests.parts import CoreParts, open_parts
from tests.radicale_dirserver.conftest import DoorParts, furnish
from tests.radicale_dirserver.wsgi import Door, vcard

pytestmark = pytest.mark.postgresql

WHO = ("ada", "bruno", "chika", "esme", "admin")
QUESTIONS: tuple[Filter, ...] = (
    Equality("sn", "smith"),
    Substrings("cn", "", ("asin",)),
    Substrings("cn", "z"),
    Substrings("telephonenumber", "", ("555",)),
    Approximate("cn", "lukasinska ada"),
    Equality("memberof", "sales"),
    Or((Substrings("mail", "", ("example",)), Equality("employeenumber", "312"))),
)
WORDS = ("smi", "łuk", "555", "horaco", "zur")


@contextmanager
def opened(parts: CoreParts) -> Iterator[Door]:
    """Ada at the CardDAV door, which has the database open until it is closed."""
    app = make_app(DoorParts(parts.directory, parts.identity))
    try:
        yield Door(app)
    finally:
        app.close()


def live(parts: CoreParts, company: Company) -> None:
    """What a directory has behind it after a while."""
    for person, number in (("zoe", 1), ("ludo", 2), ("zoe", 3)):
        with parts.directory.writing(company.chika) as writing:
            writing.modify(uuid_of(person), [Modification("title", Operation.REPLACE, (f"Title {number} \N{SNOWMAN}",))])
    with parts.directory.writing(company.system) as writing:
        clients = writing.book(CLIENTS)
        writing.add_label(clients, "Friends & Family")
        for login in ("gone", "lost", "past"):
            writing.add(writing.book(PEOPLE), draft(login, "No", login, "Clerk", None))
        writing.trash(uuid_of("lost"))
        writing.archive(uuid_of("past"))
        writing.trash(uuid_of("gone"))
    with parts.directory.writing(company.system) as writing:
        # The newest of all numbers is of somebody who is gone for good.
        writing.purge(uuid_of("gone"))
    with opened(parts) as door:
        assert door.ask("PUT", "/ada/contacts/n.vcf", vcard("n", "NOTE:as written;X=1"), if_none_match="*").status == 201


def seen(parts: CoreParts) -> list[object]:
    """All that people see of each book, in its order: lists, tokens, ETags, octets, what they find; and what phones are answered."""
    told: list[object] = []
    for login in WHO:
        with parts.directory.reading(principal(parts.identity, login)) as reading:
            for book in reading.books():
                token = reading.token(book)
                told.append((book, str(token), [(one.href, one.etag) for one in reading.listing(book)]))
                told.append("".join(reading.lines(book)))
                told.append([(one.href, one.etag, one.body) for one in reading.renderings(book, None)])
                told.append(list(reading.gone(book)))
                told += [[one.href for one in reading.found(book, question, None)] for question in QUESTIONS]
                told += [[one.href for one, _ in reading.found_cards(book, question, by_name=False)] for question in QUESTIONS]
                assert not reading.changes(book, SyncToken.parse(str(token))).changed
            told += [[(one.name, one.etag) for one in reading.search(Search(question)).entries] for question in QUESTIONS]
            told += [[one.name for one in reading.suggest(word).entries] for word in WORDS]
        if login != "admin":
            with opened(parts) as door:
                told.append(door.signed_as(login).propfind(f"/{login}/", "{DAV:}sync-token", depth="1").body)
                told.append([(row.path, row.text("{DAV:}getetag")) for row in door.signed_as(login).sync(f"/{login}/people/").rows])
    with parts.directory.reading(Principal.system()) as reading:
        told.append([reading.history(one) for one in reading.search(Search()).entries])
    return told


def tables(parts: CoreParts) -> dict[str, list[str]]:
    """Every row of every table that is moved, but the events that tell of moves."""
    with parts.store.reading() as tx:
        found = {
            table.name: sorted(repr(tuple(row)) for row in tx.connection.execute(select(table))) for table in MOVED if table is not counter
        }
    found["audit_event"] = [row for row in found["audit_event"] if Action.DATABASE_MOVED not in row]
    return found


def moved(parts: CoreParts, url: str, to: str) -> CoreParts:
    """The same on another database, with the same clock."""
    parts.close()
    move(url, to, lambda done, total: None)
    return open_parts(to, clock=parts.clock)


@pytest.fixture
def urls(tmp_path: Path, postgres_url: str) -> tuple[str, str, str]:
    return f"sqlite:///{tmp_path / 'first.db'}", postgres_url, f"sqlite:///{tmp_path / 'third.db'}"


def test_nobody_can_tell_and_everything_goes_on(urls: tuple[str, str, str]) -> None:
    parts = open_parts(urls[0])
    company = furnish(parts)
    live(parts, company)
    before, rows = seen(parts), tables(parts)
    with opened(parts) as door:
        tokens = {book: door.sync(f"/ada/{book}/").token for book in ("people", "contacts", "clients")}
    for url, to in pairwise(urls):
        parts = moved(parts, url, to)
        assert tables(parts) == rows
        assert seen(parts) == before
        with parts.store.reading() as tx:
            assert not faults(tx)
        verdict = Trail(parts.store).verify()
        assert (verdict.faults, verdict.count > 10) == ((), True)
        # A phone with its password and its token hears that nothing is new.
        assert parts.identity.authenticate("ada", device_of("ada"), door=At.DAV, address="127.0.0.1").login == "ada"
        assert parts.identity.authenticate("bruno", password_of("bruno"), door=At.LDAP, address="127.0.0.1").login == "bruno"
        with opened(parts) as door:
            for book, token in tokens.items():
                answer = door.sync(f"/ada/{book}/", token)
                assert (answer.rows, answer.token) == ([], token)
            rows, before, tokens = goes_on(parts, door, tokens)
    parts.close()


def goes_on(parts: CoreParts, door: Door, tokens: dict[str, str]) -> tuple[dict[str, list[str]], list[object], dict[str, str]]:
    """Write by several ways, and look whether whoever follows hears of it and of nothing else."""
    company = Principal.system()
    rows = tables(parts)
    login = "new" if not any("'new'" in row for row in rows["entry"]) else "newer"
    with parts.directory.writing(company) as writing:
        writing.add(writing.book(PEOPLE), draft(login, "Nova", "Łąkowa", "Clerk", None))
        writing.modify(uuid_of("zoe"), [Modification("title", Operation.REPLACE, (f"Since {login}",))])
    parts.identity.add_account(login, name=login, mail="")
    parts.identity.add_device_password("ada", label=f"tablet-{login}")
    etag = door.ask("GET", "/ada/contacts/n.vcf").headers["etag"]
    assert door.ask("PUT", "/ada/contacts/n.vcf", vcard("n", f"NOTE:{login}"), if_match=etag).status == 204
    found = {row.path.rpartition("/")[2] for row in door.sync("/ada/people/", tokens["people"]).rows}
    assert found == {f"{uuid_of(login)}.vcf", f"{uuid_of('zoe')}.vcf"}
    assert [row.path for row in door.sync("/ada/contacts/", tokens["contacts"]).rows] == ["/dav/ada/contacts/n.vcf"]
    assert not door.sync("/ada/clients/", tokens["clients"]).rows
    with parts.directory.reading(company) as reading:
        assert [one.name for one in reading.suggest("łąkow").entries][-1:]
        assert login in {one.name for one in reading.search(Search(Substrings("sn", "", ("akow",)))).entries}
    after = tables(parts)
    numbers = [{int(row.partition(",")[0][1:]) for row in each["history"] + each["entry"]} for each in (rows, after)]
    gone = {int(row.split(", ")[2]) for row in rows["change"]}
    assert min(numbers[1] - numbers[0]) > max(numbers[0] | gone)
    assert not Trail(parts.store).verify().faults
    return after, seen(parts), {book: door.sync(f"/ada/{book}/").token for book in tokens}


def test_the_sample_company_moves_with_its_photos(urls: tuple[str, str, str]) -> None:
    parts = open_parts(urls[0])
    build(parts, people=40)
    rows = tables(parts)
    assert rows["blob"]
    parts = moved(parts, urls[0], urls[1])
    assert tables(parts) == rows
    with parts.directory.reading(Principal.system()) as reading:
        shown = [one for one in reading.search(Search()).entries if one.card.first("PHOTO") is not None]
        assert shown
        assert all(reading.photo(one) is not None for one in shown[:5])
    parts.close()


def test_who_uses_the_first_database_again_starts_over(urls: tuple[str, str, str]) -> None:
    parts = open_parts(urls[0])
    company = furnish(parts)
    parts = moved(parts, urls[0], urls[1])
    with parts.directory.writing(company.system) as writing:
        writing.add(writing.book(PEOPLE), Draft(draft("new", "N", "N", "N", None).card, name="new"))
    with opened(parts) as door:
        token = door.sync("/ada/people/").token
    parts.close()
    renew(urls[0])
    parts = open_parts(urls[0])
    # Everything is told anew: the one that is only in the other database is gone from the phone then.
    with opened(parts) as door:
        assert len([row for row in door.sync("/ada/people/", token).rows if row.status is None]) == 8
    assert entry_of(parts.directory, company.chika, "zoe")
    parts.close()
