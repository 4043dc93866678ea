# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.directory.directory import Directory
from dirserver.directory.views.entry import Entry
from dirserver.model.book import BookKind, Level
from dirserver.model.grant import Grant, Subject
from dirserver.model.letter import Matter
from dirserver.model.names import Slug
from dirserver.model.notice import NoticeKind
from dirserver.model.principal import Principal
from dirserver.store.delivery import outbox
from dirserver.store.engine.opening import open_store
from tests.cast import CLASSES, Company, draft
from tests.directory.changes.test_deciding import change, wait_for
from tests.identity.letters import letters, mailed
from tests.parts import CoreParts

__all__ = ["mailed"]


def test_the_owner_of_a_book_is_told_what_others_delete_and_change_in_bulk(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.system) as writing:
        book = writing.add_book("team", BookKind.SHARED, "Team", owner_id=company.ada.account_id)
        made = [writing.add(book, draft(f"x{number}", f"X{number}", "Y", "", None)) for number in range(3)]
        writing.grant(Grant(book.slug, Subject.parse("account:bruno"), Level.DELETE, ("*",), ("*",)))
    for entry in made[:2]:
        with parts.directory.writing(company.bruno) as writing:
            writing.trash(entry.uuid)
    with parts.directory.writing(company.ada) as writing:
        writing.trash(made[2].uuid)
    with parts.directory.writing(company.bruno) as writing:
        batch = writing.begin_batch("import", "")
        assert batch
        writing.add_all(writing.book("team"), [draft(f"z{number}", f"Z{number}", "Y", "", None) for number in range(7)])
    with parts.directory.writing(company.ada) as writing:
        told = writing.notices.listed()
        assert {(one.kind, one.about, one.actor, one.names, one.count) for one in told} == {
            (NoticeKind.DELETED, "book:team", "bruno", ("X0 Y", "X1 Y"), 2),
            (NoticeKind.CHANGED, "book:team", "bruno", ("Z0 Y", "Z1 Y", "Z2 Y", "Z3 Y", "Z4 Y"), 7),
        }
        assert writing.notices.unseen() == 2
        writing.notices.see(told[0].number)
    with parts.directory.reading(company.ada) as reading:
        assert reading.notices.unseen() == 0
    with parts.directory.reading(company.bruno) as reading:
        assert reading.notices.listed() == ()


def test_the_owner_of_a_book_gets_a_letter_too_where_mail_is_set_up(copied_url: str, company: Company, parts: CoreParts) -> None:
    store = open_store(copied_url, has_mail=True)
    try:
        directory = Directory(store, CLASSES)
        with directory.writing(company.system) as writing:
            book = writing.add_book("team", BookKind.SHARED, "Team", owner_id=company.ada.account_id)
            made = writing.add(book, draft("x", "X", "Y", "", None))
            writing.grant(Grant(book.slug, Subject.parse("account:bruno"), Level.DELETE, ("*",), ("*",)))
        with directory.writing(company.bruno) as writing:
            writing.trash(made.uuid)
        with store.reading() as tx:
            (row,) = outbox.listed(tx)
        assert (row.login, row.matter, row.count, row.said()) == (
            "ada",
            Matter.ENTRIES_DELETED,
            1,
            {"who": "Bruno Königsmann", "book": "Team", "slug": "team"},
        )
    finally:
        store.close()


def test_a_letter_calls_who_did_it_as_its_reader_sees_them(mailed: CoreParts, company: Company) -> None:
    with mailed.directory.writing(company.system) as writing:
        book = writing.add_book("team", BookKind.SHARED, "Team", owner_id=company.ada.account_id)
        made = [writing.add(book, draft(f"x{number}", f"X{number}", "Y", "", None)) for number in range(4)]
        for login, level in (("esme", Level.OWN), ("admin", Level.OWN), ("bruno", Level.DELETE)):
            writing.grant(Grant(book.slug, Subject.parse(f"account:{login}"), level, ("*",), ("*",)))
        writing.grant(Grant(Slug("people"), Subject.parse("account:esme"), Level.NONE))

    def told(deed: Principal, entry: Entry) -> dict[str, str]:
        known = {row.id for row in letters(mailed)}
        with mailed.directory.writing(deed) as writing:
            writing.trash(entry.uuid)
        return {row.login: row.said()["who"] for row in letters(mailed) if row.id not in known}

    # Esme sees nobody among the people, herself alone.
    assert told(company.bruno, made[0]) == {"ada": "Bruno Königsmann", "esme": "bruno", "admin": "Bruno Königsmann"}
    assert told(company.esme, made[1]) == {"ada": "Esmé O'Hara", "admin": "Esmé O'Hara"}
    # Who has no entry is called as their account is; the operator has none.
    assert told(company.admin, made[3]) == {"ada": "Admin", "esme": "Admin"}
    assert told(company.system, made[2]) == {"ada": "system", "esme": "system", "admin": "system"}


def test_of_proposals_one_letter_goes_to_each_who_decides_and_one_to_who_proposed(mailed: CoreParts, company: Company) -> None:
    wait_for(mailed, title="manager", mobile="manager")
    first, second = change(mailed, company.ada, "ada", title="Key Account Manager", mobile="+49 151 5550999")
    with mailed.directory.writing(company.bruno) as writing:
        writing.proposals.approve(first)
    with mailed.directory.writing(company.bruno) as writing:
        writing.proposals.refuse(second, "the office is full")
    assert sorted((row.login, row.matter, row.count, str(row.said())) for row in letters(mailed)) == [
        ("ada", Matter.PROPOSALS_APPROVED, 1, "{'who': 'Bruno Königsmann'}"),
        ("ada", Matter.PROPOSALS_REFUSED, 1, "{'who': 'Bruno Königsmann'}"),
        ("bruno", Matter.PROPOSALS_WAIT, 2, "{'who': 'Ada Łukasińska'}"),
    ]
