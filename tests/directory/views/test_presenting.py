# SPDX-License-Identifier: GPL-3.0-or-later
"""What is stored, as one asker sees it. What they are served as bytes is in test_serving.py."""

from __future__ import annotations

import itertools

import pytest

from dirserver.access.view import FieldClasses
from dirserver.card.card import Property
from dirserver.card.packed import pack
from dirserver.directory.views.asking import AccessMemo
from dirserver.directory.views.entry import Entry, Form, Search
from dirserver.directory.views.presenting import display_of, etag_of, present, rendered, shown_card, shows, with_media
from dirserver.errors import NotFound
from dirserver.model.book import Level
from dirserver.model.entry import State
from dirserver.model.grant import Grant, Subject
from dirserver.model.principal import Principal
from dirserver.store.entries import books, entries
from tests.cast import ADA_HOME, ADA_MOBILE, CLASSES, PEOPLE, Company, entry_of, uuid_of
from tests.parts import CoreParts


def grant(parts: CoreParts, subject: str, level: Level, *reads: str) -> None:
    with parts.directory.writing(Principal.system()) as writing:
        writing.grant(Grant(PEOPLE, Subject.parse(subject), level, reads))


FORMS = (Form.NATIVE, Form.VCARD3, Form.VCARD4)


def present_all(parts: CoreParts, who: Principal, *logins: str) -> dict[str, Entry]:
    with parts.store.reading() as tx:
        asking = AccessMemo(FieldClasses.of(CLASSES)).ask(tx, who)
        stored = [one for login in logins if (one := entries.by_uuid(tx, uuid_of(login))) is not None]
        return {one.name: one for one in present(asking, stored)}


def test_an_etag_differs_with_the_card_the_view_and_the_form() -> None:
    made = [etag_of(*each) for each in itertools.product(("d1", "d2"), ("v1", "v2"), ("f1", "f2"))]
    assert len(set(made)) == 2 * 2 * 2


def test_an_etag_holds_over_restarts_and_releases() -> None:
    """If this fails every client fetches every card again: is that what you want? Then raise RENDERER."""
    assert etag_of("digest", "view", Form.NATIVE.key) == "digest611dd14e4bae"


def test_equal_views_share_an_etag_and_others_do_not(parts: CoreParts, company: Company) -> None:
    etag = {who: entry_of(parts.directory, getattr(company, who), "zoe").etag for who in ("dov", "printer", "esme", "chika", "system")}
    assert etag["dov"] == etag["printer"]
    assert etag["chika"] == etag["system"]
    assert len({etag["dov"], etag["esme"], etag["chika"]}) == 3


def test_the_manager_is_named_only_where_the_asker_may_read_who_it_is(parts: CoreParts, company: Company) -> None:
    shown = entry_of(parts.directory, company.dov, "zoe").manager
    assert shown is not None
    assert (shown.uuid, shown.name, shown.display) == (uuid_of("ada"), "ada", "Ada Łukasińska")
    assert entry_of(parts.directory, company.esme, "zoe").manager is None


def test_a_manager_that_does_not_show_is_not_named(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.archive(uuid_of("ada"))
    assert entry_of(parts.directory, company.dov, "zoe").manager is None


def test_a_manager_whose_name_is_hidden_goes_by_the_name_of_the_entry(parts: CoreParts, company: Company) -> None:
    grant(parts, "authenticated", Level.VIEW, "title", "manager")
    shown = entry_of(parts.directory, company.dov, "zoe")
    assert shown.manager is not None
    assert shown.manager.display == "ada"
    assert "Łukasińska" not in repr(shown)


def test_each_entry_has_its_own_manager_however_many_come_together(parts: CoreParts, company: Company) -> None:
    found = present_all(parts, company.dov, "zoe", "ada", "bruno", "dov", "ludo")
    assert {name: one.manager.name if one.manager else None for name, one in found.items()} == {
        "zoe": "ada",
        "ada": "bruno",
        "bruno": None,
        "dov": "chika",
        "ludo": "ada",
    }


def test_the_own_entry_and_the_reports_show_more_than_the_others(parts: CoreParts, company: Company) -> None:
    found = present_all(parts, company.ada, "ada", "zoe", "bruno")
    assert {name: one.is_self for name, one in found.items()} == {"ada": True, "zoe": False, "bruno": False}
    assert {name for name, one in found.items() if one.view.may_read("homePhone")} == {"ada"}
    assert {name for name, one in found.items() if one.view.may_read("employeeNumber")} == {"ada", "zoe"}


def test_entries_that_do_not_show_are_left_out(parts: CoreParts, company: Company) -> None:
    assert present_all(parts, company.nobody, "ada", "zoe") == {}
    with parts.directory.writing(company.chika) as writing:
        writing.archive(uuid_of("zoe"))
        writing.trash(uuid_of("ludo"))
    assert set(present_all(parts, company.dov, "ada", "zoe", "ludo")) == {"ada"}
    assert {name: one.state for name, one in present_all(parts, company.chika, "ada", "zoe", "ludo").items()} == {
        "ada": State.ACTIVE,
        "zoe": State.ARCHIVED,
        "ludo": State.TRASHED,
    }


def test_ones_own_archived_entry_shows_no_more(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.chika) as writing:
        writing.archive(uuid_of("ada"))
    assert present_all(parts, company.ada, "ada") == {}


@pytest.mark.parametrize("who, display", [("dov", "Zoë Smith"), ("esme", "Zoë Smith"), ("nobody", "zoe")])
def test_who_may_not_read_a_name_is_told_the_name_of_the_entry(parts: CoreParts, company: Company, who: str, display: str) -> None:
    grant(parts, "anonymous", Level.VIEW, "title")
    with parts.store.reading() as tx:
        asking = AccessMemo(FieldClasses.of(CLASSES)).ask(tx, getattr(company, who))
        book, stored = books.by_slug(tx, PEOPLE), entries.by_uuid(tx, uuid_of("zoe"))
        assert book is not None
        assert stored is not None
        view = asking.view_on(book, stored.row)
        assert shows(view, stored.row)
        assert display_of(view, stored.row) == display


@pytest.mark.parametrize("form", FORMS)
def test_no_bytes_hold_what_the_view_hides(parts: CoreParts, company: Company, form: Form) -> None:
    with parts.store.reading() as tx:
        memo = AccessMemo(FieldClasses.of(CLASSES))
        book, stored = books.by_slug(tx, PEOPLE), entries.by_uuid(tx, uuid_of("ada"))
        assert book is not None
        assert stored is not None
        hold = {}
        for who in ("ada", "dov", "esme"):
            view = memo.ask(tx, getattr(company, who)).view_on(book, stored.row)
            body = rendered(tx, view, stored.row.card, form).decode()
            digits = "".join(letter for letter in body if letter.isdigit())
            hold[who] = [number in digits for number in (ADA_MOBILE[1:].replace(" ", ""), ADA_HOME[1:].replace(" ", ""))]
            assert f"VERSION:{form.version or '3.0'}\r\n" in body
    assert hold == {"ada": [True, True], "dov": [True, False], "esme": [False, False]}


def test_a_property_that_no_field_knows_shows_with_the_private_ones(parts: CoreParts, company: Company) -> None:
    with parts.directory.reading(company.system) as reading:
        entry = reading.find(uuid_of("ada"))
        odd = entry.card.with_property(Property("X-SALARY-BAND", "7"))
        assert shown_card(entry.view, pack(odd)).first("X-SALARY-BAND") is not None
    assert shown_card(entry_of(parts.directory, company.ada, "ada").view, pack(odd)).first("X-SALARY-BAND") is not None
    assert shown_card(entry_of(parts.directory, company.dov, "ada").view, pack(odd)).first("X-SALARY-BAND") is None


def test_a_photo_that_is_lost_names_the_remedy(parts: CoreParts, company: Company) -> None:
    entry = entry_of(parts.directory, company.chika, "ada")
    lost = entry.card.with_property(Property("PHOTO", f"blob:sha256-{'0' * 64}"))
    with parts.store.reading() as tx, pytest.raises(NotFound, match="dirserver check"):
        with_media(tx, lost)


def test_times_and_who_did_it_come_with_the_entry(parts: CoreParts, company: Company) -> None:
    parts.clock.pass_s(90)
    with parts.directory.writing(company.chika) as writing:
        writing.rename(uuid_of("zoe"), "zoe.s")
    with parts.directory.reading(company.dov) as reading:
        (found,) = [one for one in reading.search(Search()).entries if one.uuid == uuid_of("zoe")]
    assert (found.modified_at - found.created_at).total_seconds() == 90
    assert (found.created_by, found.modified_by, found.modified_door, found.revision) == ("system", "chika", company.chika.door, 2)
