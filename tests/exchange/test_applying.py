# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.fields import attributes
from dirserver.errors import BadInput, Conflict, NotAllowed
from dirserver.exchange.applying import BadRows, apply, undo
from dirserver.exchange.mapping import parse_mapping
from dirserver.exchange.planning import plan
from dirserver.model.book import BookKind
from tests.cast import uuid_of
from tests.exchange.trade import OPERATOR, add_book, entries_of, imported, planned, values_of

STAFF = "uid,givenName,sn,mail,manager\nada,Ada,Marlowe,ada@example.com,bruno\nbruno,Bruno,Teixeira,bruno@example.com,\n"


@pytest.fixture
def directory(parts):
    add_book(parts.directory, "people", BookKind.PEOPLE)
    return parts.directory


def test_new_people_are_there_with_their_managers_wherever_they_stand(directory):
    done = imported(directory, STAFF)
    assert (done.added, done.changed, done.unchanged, done.skipped) == (2, 0, 0, 0)
    people = entries_of(directory)
    assert people["ada"].manager.uuid == people["bruno"].uuid
    assert people["ada"].display == "Ada Marlowe"
    assert people["ada"].href == f"{people['ada'].uuid}.vcf"


def test_the_same_file_again_writes_nothing(directory):
    imported(directory, STAFF)
    before = entries_of(directory)
    done = imported(directory, STAFF)
    assert (done.batch, done.added, done.changed, done.unchanged) == (None, 0, 0, 2)
    assert entries_of(directory) == before


def test_a_change_leaves_alone_what_the_file_does_not_say(company, parts):
    before = values_of(entries_of(parts.directory)["ada"])
    done = imported(parts.directory, "uid,title,mail\nada,Director,ada@example.com ::: a@example.com\n")
    assert (done.added, done.changed) == (0, 1)
    assert values_of(entries_of(parts.directory)["ada"]) == before | {
        "title": ("Director",),
        "mail": ("a@example.com", "ada@example.com"),
    }


def test_an_import_is_one_batch_that_can_be_taken_back(company, parts):
    before = entries_of(parts.directory)
    done = imported(parts.directory, "uid,cn,title\nada,Ada L,Director\ngrace,Grace,New\n")
    undone = undo(parts.directory, OPERATOR, done.batch)
    assert (undone.restored, undone.trashed, undone.skipped) == (1, 1, ())
    after = entries_of(parts.directory)
    assert {name: entry.card for name, entry in after.items()} == {name: entry.card for name, entry in before.items()}
    with pytest.raises(Conflict):
        undo(parts.directory, OPERATOR, done.batch)


def test_what_was_taken_back_can_be_imported_again(directory):
    undo(directory, OPERATOR, imported(directory, STAFF).batch)
    assert imported(directory, STAFF).added == 2
    uuid = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"
    text = f"uid,uuid,sn\ndov,{uuid},Rosenthal\n"
    undo(directory, OPERATOR, imported(directory, text).batch)
    imported(directory, text)
    assert entries_of(directory)["dov"].uuid == uuid


def test_one_bad_row_stops_everything(directory):
    with pytest.raises(BadInput, match="1 of 3 rows can't be imported, so nothing was: line 4, mail: 'nowhere' is no mail address"):
        imported(directory, STAFF + "dov,Dov,Rosenthal,nowhere,\n")
    assert entries_of(directory) == {}


def test_bad_rows_can_be_skipped_and_nobody_refers_to_them(directory):
    text = STAFF + "dov,Dov,Rosenthal,nowhere,\nesme,Esme,Quintana,,dov\n"
    done = imported(directory, text, bad_rows=BadRows.SKIP)
    assert (done.added, done.skipped) == (3, 1)
    people = entries_of(directory)
    assert "dov" not in people
    assert "manager" not in attributes(people["esme"].card)


def test_a_file_that_changed_since_the_plan_is_refused_and_nothing_written(directory, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(STAFF)
    made = plan(path, directory=directory, principal=OPERATOR, book="people")
    path.write_text(STAFF.replace("Marlowe", "Farlowe"))
    with pytest.raises(Conflict, match=r"people\.csv has changed since the plan was made"):
        apply(made, directory, OPERATOR)
    assert entries_of(directory) == {}


def test_somebody_added_since_the_plan_is_changed_and_not_doubled(directory):
    made = planned(directory, STAFF)
    imported(directory, "uid,sn,title\nada,Marlowe,Engineer\n")
    done = apply(made, directory, OPERATOR)
    assert (done.added, done.changed) == (1, 1)
    assert entries_of(directory)["ada"].card.first("TITLE") is not None


def test_a_directory_that_refuses_now_what_was_planned_changes_nothing(company, parts):
    made = planned(parts.directory, "uid,cn\ngrace,Grace\nfinn,Finn Back\n")
    with parts.directory.writing(OPERATOR) as writing:
        writing.archive(uuid_of("finn"))
    with pytest.raises(Conflict, match=r"line 3: the archive .*plan it again"):
        apply(made, parts.directory, OPERATOR)
    assert "grace" not in entries_of(parts.directory)


def test_who_may_not_write_imports_nothing(company, parts):
    made = planned(parts.directory, "cn,mail\nNew Client,n@client.example\n", "clients", who=company.dov)
    with pytest.raises(NotAllowed):
        apply(made, parts.directory, company.dov)
    assert imported(parts.directory, "cn,mail\nNew Client,n@client.example\n", "clients", who=company.ada).added == 1


def test_an_empty_cell_clears_only_where_the_mapping_says_so(company, parts):
    text = "uid,mobile\nada,\n"
    assert imported(parts.directory, text).unchanged == 1
    assert imported(parts.directory, text, mapping=parse_mapping('empty = "clear"')).changed == 1
    assert "mobile" not in values_of(entries_of(parts.directory)["ada"])


def test_a_card_changes_an_entry_and_keeps_what_it_does_not_name(company, parts):
    text = f"BEGIN:VCARD\nVERSION:4.0\nUID:urn:uuid:{uuid_of('ada')}\nFN:Ada Łukasińska\nTITLE:Director\nEND:VCARD\n"
    before = values_of(entries_of(parts.directory)["ada"])
    assert imported(parts.directory, text).changed == 1
    assert values_of(entries_of(parts.directory)["ada"]) == before | {"title": ("Director",)}
    assert imported(parts.directory, text).unchanged == 1


def test_a_card_with_a_uid_of_its_own_is_found_again(company, parts):
    text = "BEGIN:VCARD\nVERSION:3.0\nUID:contact@phone\nFN:Contact\nEND:VCARD\n"
    assert imported(parts.directory, text, "clients").added == 1
    assert imported(parts.directory, text, "clients").unchanged == 1
    assert imported(parts.directory, text.replace("FN:Contact", "FN:Other"), "clients").changed == 1


def test_progress_is_told_while_writing(directory):
    made = planned(directory, STAFF)
    told = []
    apply(made, directory, OPERATOR, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(STAFF), len(STAFF))


@pytest.mark.slow
def test_the_three_sample_lists_hold_the_same_people(parts, shared_data):
    directory = parts.directory
    for book, name in (("people", "people.csv"), ("from-ldif", "people.ldif"), ("from-vcard", "people.vcf")):
        add_book(directory, book, BookKind.PEOPLE if book == "people" else BookKind.SHARED)
        made = plan(shared_data / name, directory=directory, principal=OPERATOR, book=book)
        assert (made.to_add, made.refused, made.doubts) == (1_000, 0, 0)
        apply(made, directory, OPERATOR)
    listed = entries_of(directory)
    common = ("givenName", "sn", "cn", "mail", "telephoneNumber", "mobile", "title", "physicalDeliveryOfficeName", "l")

    def told(entry, *more):
        return {key: values for key, values in values_of(entry).items() if key in (*common, *more)}

    from_ldif = entries_of(directory, "from-ldif")
    assert {name: told(entry, "employeeNumber", "preferredLanguage") for name, entry in listed.items()} == {
        name: told(entry, "employeeNumber", "preferredLanguage") for name, entry in from_ldif.items()
    }
    assert {name: entry.manager.name if entry.manager else "" for name, entry in listed.items()} == {
        name: entry.manager.name if entry.manager else "" for name, entry in from_ldif.items()
    }
    from_vcard = {entry.card.uid: entry for entry in entries_of(directory, "from-vcard").values()}
    assert {entry.uuid: told(entry, "ou") for entry in listed.values()} == {uid: told(entry, "ou") for uid, entry in from_vcard.items()}
