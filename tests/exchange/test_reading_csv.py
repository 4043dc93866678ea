# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.mapping import ColumnMapping, parse_mapping
from dirserver.exchange.problem import Severity
from dirserver.exchange.reading_csv import read_csv, read_header
from dirserver.exchange.row import Notes

UUID = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"


def numbered(text: str):
    return list(enumerate(text.splitlines(keepends=True), 1))


def rows(text: str, mapping: ColumnMapping | None = None, notes: Notes | None = None):
    mapping = mapping or ColumnMapping()
    return list(read_csv(numbered(text), read_header(numbered(text), mapping), mapping, notes or Notes()))


def test_headers_are_attribute_names_in_any_case_and_by_alias():
    (row,) = rows(f"UID,uuid,givenname,surname,Work-Phone,department,office,City\nada,{UUID.upper()},Ada,Marlowe,'+44 20,IT,B1,London\n")
    assert (row.name, row.uuid, row.line) == ("ada", UUID, 2)
    assert row.values == {
        "givenName": ("Ada",),
        "sn": ("Marlowe",),
        "telephoneNumber": ("+44 20",),
        "ou": ("IT",),
        "physicalDeliveryOfficeName": ("B1",),
        "l": ("London",),
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    (row,) = rows(delimiter.join(("uid", "sn", "mail")) + "\n" + delimiter.join(("ada", "Marlowe", "ada@example.com")) + "\n")
    assert row.values == {"sn": ("Marlowe",), "mail": ("ada@example.com",)}


def test_the_delimiter_may_be_said_in_the_file_or_in_the_mapping():
    (row,) = rows("sep=;\nuid;sn\nada;a,b\n")
    assert (row.line, row.values) == (3, {"sn": ("a,b",)})
    (row,) = rows("uid~sn\nada~b\n", ColumnMapping(delimiter="~"))
    assert row.values == {"sn": ("b",)}


def test_several_values_stand_in_one_cell_or_in_several_columns():
    (row,) = rows("sn,mail,mail\nMarlowe,a@example.com ::: b@example.com,c@example.com\n")
    assert row.values["mail"] == ("a@example.com", "b@example.com", "c@example.com")


def test_columns_that_nobody_knows_are_told_and_left_out():
    notes = Notes()
    (row,) = rows("uid,sn,Shoe size,,modifyTimestamp\nada,Marlowe,38,x,20260101000000Z\n", notes=notes)
    assert row.values == {"sn": ("Marlowe",)}
    assert dict(notes.unknown) == {"Shoe size": 1, "column 4": 1, "modifyTimestamp": 1}


def test_a_photo_is_base64_with_or_without_a_data_uri():
    first, second, bad = rows('sn,photo\na,/9j/4AAQ\nb,"data:image/jpeg;base64,/9j/4AAQ"\nc,no photo!\n')
    assert first.values["jpegPhoto"] == second.values["jpegPhoto"] == (b"\xff\xd8\xff\xe0\x00\x10",)
    assert [(problem.column, problem.reason) for problem in bad.problems] == [("photo", "it is not base64")]


@pytest.mark.parametrize(
    "line, reason",
    [
        ("ada,Marlowe", "2 cells instead of 3"),
        ("ada,Marlowe,x,y", "4 cells instead of 3"),
        ('ada,"Mar"lowe,x', "a quote is broken: cell 2"),
    ],
)
def test_a_broken_row_is_refused_and_the_next_one_read(line, reason):
    first, second = rows(f"uid,sn,title\n{line}\nbruno,Teixeira,Lead\n")
    (problem,) = first.problems
    assert problem.reason.startswith(reason)
    assert (problem.line, problem.severity, second.name) == (2, Severity.REFUSED, "bruno")


def test_empty_cells_too_many_are_forgiven_and_empty_rows_passed_over():
    assert [row.name for row in rows("uid,sn\nada,Marlowe,,\n,\n\nbruno,Teixeira\n")] == ["ada", "bruno"]


def test_a_uuid_must_be_one():
    (row,) = rows("uuid,sn\n1234,Marlowe\n")
    assert [(problem.column, problem.reason) for problem in row.problems] == [("uuid", "'1234' is not a UUID")]


def test_a_formula_is_kept_and_told():
    (row,) = rows('sn,description\nMarlowe,"=HYPERLINK(""x"")"\n')
    assert row.values["description"] == ('=HYPERLINK("x")',)
    assert [(problem.column, problem.severity) for problem in row.problems] == [("description", Severity.DOUBTFUL)]


def test_a_mapping_names_leaves_out_and_adds():
    mapping = parse_mapping('empty = "clear"\n[columns]\n"Job" = "title"\n"Seen" = ""\n[constants]\no = "Example Corp"\n')
    notes = Notes()
    (row,) = rows("sn,Job,Seen,mobile\nMarlowe,Engineer,2026,\n", mapping, notes)
    assert row.values == {"sn": ("Marlowe",), "title": ("Engineer",), "mobile": (), "o": ("Example Corp",)}
    assert not notes.unknown


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("Alpha,Beta\n1,2\n", "line 1: no header is an attribute name; .*mapping file"),
        ("uid,uid,sn\n", "line 1: the columns 'uid' and 'uid' both give uid"),
        ("sn,employeeNumber,employeeID\n", "both give employeeNumber"),
    ],
)
def test_a_header_that_can_not_be_is_refused(text, message):
    with pytest.raises(BadInput, match=message):
        rows(text)


def test_a_quoted_header_may_go_over_two_lines():
    (row,) = rows('uid,"given\nname"\nada,Ada\n')
    assert (row.line, row.values) == (3, {"givenName": ("Ada",)})


def test_a_column_may_say_of_which_kind_the_value_beside_it_is():
    said = ColumnMapping(
        columns={
            "Name": "cn",
            "Phone 1 - Label": "kind",
            "Phone 1 - Value": "telephoneNumber",
            "Address 1 - Label": "kind",
            "Address 1 - City": "l",
            "Event 1 - Label": "kind",
            "Event 1 - Value": "anniversary",
        }
    )
    text = (
        "Name,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - City,Event 1 - Label,Event 1 - Value\n"
        "Ada,Mobile,1234567 ::: 7654321,Home,Leeds,First met,2001-02-03\n"
        "Bea,* Work,1234567,,Leeds,Birthday,3/14/1975\n"
    )
    ada, bea = rows(text, said)
    assert ada.values == {"cn": ("Ada",), "mobile": ("1234567", "7654321"), "mozillaHomeLocalityName": ("Leeds",)}
    assert bea.values == {"cn": ("Bea",), "telephoneNumber": ("1234567",), "l": ("Leeds",), "birthDate": ("1975-03-14",)}


def test_what_other_programs_write_for_nothing_is_nothing():
    said = ColumnMapping(columns={"Labels": "categories"})
    (row,) = rows("cn,gender,birthday,anniversary,Labels\nAda,Unspecified,0/0/00,2001-01-02,Friends ::: * myContacts\n", said)
    assert row.values == {"cn": ("Ada",), "anniversary": ("2001-01-02",), "categories": ("Friends",)}


def test_outlook_parts_categories_by_semicolons_and_a_list_of_ours_does_not():
    assert rows("cn,Categories\nAda,Red;Blue\n")[0].values["categories"] == ("Red", "Blue")
    assert rows("cn,categories\nAda,Red;Blue\n")[0].values["categories"] == ("Red;Blue",)


def test_the_address_of_a_photo_is_left_out_and_told():
    (row,) = rows("cn,photo\nAda,https://photos.example/ada.jpg\n")
    assert row.values == {"cn": ("Ada",)}
    assert [(each.severity, each.column) for each in row.problems] == [(Severity.DOUBTFUL, "photo")]
