# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.demo.cast import device_password, password
from dirserver.demo.company import build
from dirserver.directory.views.entry import Search
from dirserver.errors import NotAllowed, NotAuthenticated
from dirserver.model.book import BookKind
from dirserver.model.entry import State
from dirserver.model.modification import Modification, Operation
from dirserver.model.principal import Door, Principal

OPERATOR = Principal.system()
HERE = "127.0.0.1"
ELSEWHERE = "192.0.2.7"


@pytest.fixture
def sample(parts):
    return build(parts, people=60)


def signed_in(parts, login, door=Door.WEB):
    return parts.identity.authenticate(login, password(login), door=door, address=HERE)


def named(parts, who, name, book="people"):
    with parts.directory.reading(who) as reading:
        return reading.named(reading.book(book), name)


def test_it_says_what_it_made(sample):
    assert (sample.people, sample.contacts, sample.was_made) == (60, 200, True)
    assert sample.summary.startswith("60 people, 200 contacts in shared books, 13 groups; accounts ada, bruno,")


def test_a_second_time_nothing_happens(sample, parts):
    with parts.directory.reading(OPERATOR) as reading:
        number = reading.change_number()
    again = build(parts, people=60)
    assert (again.people, again.was_made) == (60, False)
    with parts.directory.reading(OPERATOR) as reading:
        assert reading.change_number() == number


def test_what_an_interrupted_start_left_is_completed(parts):
    class Interrupted:
        directory = parts.directory

        class identity:  # noqa: N801 -- stands in for the attribute
            @staticmethod
            def accounts():
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(Interrupted, people=60)
    assert build(parts, people=60).was_made
    assert signed_in(parts, "ada").login == "ada"


def test_a_book_that_init_has_made_is_used(parts):
    with parts.directory.writing(OPERATOR) as writing:
        writing.add_book("people", BookKind.PEOPLE, "People")
        writing.add_group("contractors")
    assert build(parts, people=60).people == 60


def test_progress_goes_to_the_end(parts):
    told = []
    build(parts, people=60, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (261, 261)
    assert told == sorted(told)


def test_the_cast_signs_in_with_passwords_and_on_devices_from_this_machine_only(sample, parts):
    for login in ("ada", "bruno", "chika", "dov", "esme", "admin"):
        assert signed_in(parts, login).login == login
        parts.identity.authenticate(login, device_password(login), door=Door.DAV, address="::1")
        for secret in (password(login), device_password(login)):
            with pytest.raises(NotAuthenticated):
                parts.identity.authenticate(login, secret, door=Door.LDAP, address=ELSEWHERE)


def test_finn_left(sample, parts):
    with pytest.raises(NotAuthenticated):
        signed_in(parts, "finn")
    with parts.directory.reading(OPERATOR) as reading:
        (finn,) = reading.search(Search(books=(reading.book("people").slug,), with_state=State.ARCHIVED)).entries
    assert finn.name == "finn"


def test_everybody_but_the_head_has_a_manager_and_most_a_photo(sample, parts):
    with parts.directory.reading(OPERATOR) as reading:
        people = reading.search(Search(books=(reading.book("people").slug,))).entries
        photos = [photo for entry in people if (photo := reading.photo(entry)) is not None]
    assert [entry.manager is None for entry in people].count(True) == 1
    assert 30 < len(photos) < 60
    assert {photo.media_type for photo in photos} == {"image/jpeg"}


def test_ada_sees_colleagues_at_work_and_changes_her_own_numbers(sample, parts):
    ada = signed_in(parts, "ada")
    bruno = named(parts, ada, "bruno")
    assert bruno.view.may_read("mobile")
    assert not bruno.view.may_read("homePhone")
    mine = named(parts, ada, "ada")
    assert mine.is_self
    assert mine.manager.name == "bruno"
    with parts.directory.writing(ada) as writing:
        writing.modify(mine.uuid, [Modification("mobile", Operation.REPLACE, ("+447400209999",))])
    with pytest.raises(NotAllowed), parts.directory.writing(ada) as writing:
        writing.modify(bruno.uuid, [Modification("mobile", Operation.REPLACE, ("+447400209998",))])


def test_esme_sees_names_and_work_numbers_and_no_shared_book(sample, parts):
    esme = signed_in(parts, "esme")
    bruno = named(parts, esme, "bruno")
    assert bruno.view.may_read("telephoneNumber")
    assert not bruno.view.may_read("mail")
    with parts.directory.reading(esme) as reading:
        assert {view.slug for view in reading.books()} == {"people", "~esme"}


def test_chika_keeps_the_peoples_data(sample, parts):
    chika = signed_in(parts, "chika")
    with parts.directory.writing(chika) as writing:
        people = writing.book("people")
        assert people.may_delete
        ada = writing.named(people, "ada")
        writing.modify(ada.uuid, [Modification("employeeType", Operation.REPLACE, ("lead",))])


def test_dov_of_the_help_desk_looks_and_does_not_touch(sample, parts):
    dov = signed_in(parts, "dov")
    assert named(parts, dov, "ada").view.may_read("mobile")
    with parts.directory.reading(dov) as reading:
        assert not reading.book("people").may_add
        assert "helpdesk" in reading.groups_of(named(parts, dov, "dov"))


def test_the_sales_people_keep_the_clients(sample, parts):
    with parts.directory.reading(OPERATOR) as reading:
        members = {group.name: {member.name for member in group.members} for group in reading.groups()}
    assert members["contractors"] == {"esme"}
    assert "chika" in members["hr"]
    assert members["sales"]
    assert {"ada", "bruno"} <= members["engineering"]
    with parts.directory.reading(signed_in(parts, "ada")) as reading:
        assert not reading.book("clients").may_add


def test_ada_has_contacts_of_her_own(sample, parts):
    with parts.directory.reading(signed_in(parts, "ada")) as reading:
        assert reading.count(reading.book("~ada")) == 8
