# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import tracemalloc

import pytest

from dirserver.demo.people import generate_csv
from dirserver.errors import BadInput, NotFound
from dirserver.exchange.layout import FileFormat
from dirserver.exchange.mapping import parse_mapping
from dirserver.exchange.planning import MOST_TOLD, plan
from dirserver.exchange.problem import Severity
from dirserver.model.book import BookKind
from tests.exchange.trade import OPERATOR, add_book, entries_of, planned

DRAWER = """
[columns]
"Given Name" = "givenName"
"Surname" = "sn"
"E-mail" = "mail"
"Work phone" = "telephoneNumber"
"Mobile" = "mobile"
"Company" = "o"
"Job" = "title"
"Department" = "ou"
"City" = "l"
"Manager e-mail" = "manager"
"Last confirmed" = ""
"Notes" = "description"
"""


@pytest.fixture
def directory(parts):
    add_book(parts.directory, "people", BookKind.PEOPLE)
    return parts.directory


def test_a_plan_changes_nothing(directory):
    made = planned(directory, "uid,sn\nada,Marlowe\nbruno,Teixeira\n")
    assert (made.rows, made.to_add, made.is_clean, made.format) == (2, 2, True, FileFormat.CSV)
    assert entries_of(directory) == {}


def test_what_comes_twice_is_refused_with_the_first_line(directory):
    uuid = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"
    made = planned(directory, f"uid,uuid,sn\nada,,Marlowe\nbruno,{uuid},Teixeira\nADA,,Again\ndov,{uuid},x\n")
    assert [str(problem) for problem in made.problems] == [
        "line 4, uid: line 2 has the same uid; give it another uid, or take one of the two out",
        "line 5, uuid: line 3 has the same uuid; take one of the two out",
    ]
    assert (made.to_add, made.refused, made.refused_lines) == (2, 2, frozenset({4, 5}))


def test_problems_name_the_column_as_the_file_does(directory):
    made = planned(directory, "Surname;E-mail\nMarlowe;nowhere\n")
    assert [problem.column for problem in made.problems] == ["E-mail"]


def test_somebody_with_the_same_address_is_only_told(company, parts):
    made = planned(parts.directory, "uid,cn,mail\ngrace,Grace,ADA@example.com\n")
    assert (made.to_add, made.similar_in_all) == (1, 1)
    (similar,) = made.similar
    assert (similar.line, similar.name, similar.display) == (2, "ada", "Ada Łukasińska")


def test_the_list_from_the_drawer_is_reported_row_by_row(directory, shared_data):
    made = plan(shared_data / "dirty.csv", directory=directory, principal=OPERATOR, book="people", mapping=parse_mapping(DRAWER))
    defects = {int(row) + 1: kinds[0] for row, kinds in json.loads((shared_data / "dirty.key.json").read_text())["defects"].items()}
    refused = {problem.line for problem in made.problems if problem.severity is Severity.REFUSED}
    doubtful = {problem.line for problem in made.problems if problem.severity is Severity.DOUBTFUL}
    # A column that isn't imported can't be stale; duplicates are the hygiene's.
    assert refused == {line for line, kind in defects.items() if kind in ("mail-syntax", "phone-invalid")}
    assert doubtful == {line for line, kind in defects.items()} - refused - {line for line, kind in defects.items() if kind == "stale"}
    assert (made.rows, made.refused, made.to_add) == (654, len(refused), 654 - len(refused))
    assert not made.unknown_columns


def test_without_a_mapping_columns_that_nobody_knows_are_told(directory, shared_data):
    made = plan(shared_data / "dirty.csv", directory=directory, principal=OPERATOR, book="people")
    assert set(made.unknown_columns) == {"Job", "Manager e-mail", "Last confirmed"}


def test_progress_goes_from_nothing_to_all(directory, tmp_path):
    path = tmp_path / "people.csv"
    with path.open("wb") as stream:
        generate_csv(400, stream)
    told = []
    plan(path, directory=directory, principal=OPERATOR, book="people", progress=lambda done, total: told.append((done, total)))
    total = path.stat().st_size * 2
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {of for _, of in told} == {total}
    assert told[-1] == (total, total)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(directory, tmp_path):
    path = tmp_path / "notes.csv"
    note = "x" * 20_000
    with path.open("w") as stream:
        stream.write("uid,sn,description\n")
        stream.writelines(f"p{number},P,{note}\n" for number in range(2_000))
    tracemalloc.start()
    try:
        made = plan(path, directory=directory, principal=OPERATOR, book="people")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert made.to_add == 2_000
    assert peak < path.stat().st_size / 2


def test_only_so_many_problems_are_told_and_all_are_counted(directory):
    made = planned(directory, "uid,sn,mail\n" + "".join(f"p{number},P,nowhere\n" for number in range(MOST_TOLD + 5)))
    assert (len(made.problems), made.refused) == (MOST_TOLD, MOST_TOLD + 5)


def test_a_book_that_does_not_show_is_not_there(company, parts):
    for who, book in ((OPERATOR, "nowhere"), (company.esme, "clients")):
        with pytest.raises(NotFound):
            planned(parts.directory, "uid,sn\nx,y\n", book, who=who)


@pytest.mark.parametrize(
    "octets, message",
    [
        (b"", "the file is empty"),
        ("uid,sn\nada,Müller\n".encode("cp1252"), "line 2: the octet 0xFC"),
        (b'uid,sn\nada,"Marlowe\n', "line 2: the quote that opens cell 2 is never closed"),
        (b"PK\x03\x04", "this archive is broken"),
    ],
)
def test_a_file_that_can_not_be_read_is_an_error(directory, octets, message):
    with pytest.raises(BadInput, match=message):
        planned(directory, octets)


def test_a_bad_card_is_told_with_its_line(directory):
    made = planned(directory, b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nnonsense\nEND:VCARD\n")
    assert [(problem.line, made.refused) for problem in made.problems] == [(4, 1)]


def test_rows_without_a_label_are_refused_where_the_book_wants_one(parts):
    add_book(parts.directory, "people", BookKind.PEOPLE)
    add_book(parts.directory, "clients")
    with parts.directory.writing(OPERATOR) as writing:
        writing.need_label(writing.book("clients"), is_needed=True)
    made = planned(parts.directory, "cn,categories\nAda,VIP\nBruno,\n", "clients")
    assert (made.to_add, [(one.line, one.column) for one in made.problems if one.severity is Severity.REFUSED]) == (1, [(3, "categories")])
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nova\r\nN:;Nova;;;\r\nEND:VCARD\r\n"
    assert planned(parts.directory, card, "clients").refused == 1
