# SPDX-License-Identifier: GPL-3.0-or-later
"""What is exported can be imported, and shows nobody more than any other door does."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from dirserver.card.reader import read
from dirserver.errors import NotAllowed, NotFound
from dirserver.exchange.exporting import ExportFormat, export
from dirserver.exchange.reading_vcard import read_vcards
from dirserver.model.book import BookKind
from dirserver.model.modification import Modification, Operation
from dirserver.model.names import Href
from dirserver.model.principal import Door
from tests.cast import ADA_MOBILE, uuid_of
from tests.exchange.trade import OPERATOR, add_book, entries_of, exported_as, imported, planned, values_of

AWKWARD = {
    "description": ('two\nlines, "quoted"; semicolon', "=1+1", "a ::: b"),
    "title": ("'quoted", "-dash"),
    "mobile": ("+34 600 000 001", "+34 600 000 002"),
    "street": ("Calle Ñ, 3",),
    "categories": ("a,b", "c"),
}


@pytest.fixture
def sample(small_sample):
    """The sample company, small, with photos; and Ada with awkward values."""
    with small_sample.directory.writing(OPERATOR) as writing:
        ada = writing.named(writing.book("people"), "ada")
        writing.modify(ada.uuid, [Modification(name, Operation.REPLACE, values) for name, values in AWKWARD.items()])
    add_book(small_sample.directory, "copy")
    return small_sample.directory


def photos(directory, book):
    """The digest of each photo, by uid."""
    with directory.reading(OPERATOR) as reading:
        view = reading.book(book)
        found = {name: reading.photo(reading.named(view, name)) for name in entries_of(directory, book)}
    return {name: photo.digest for name, photo in found.items() if photo is not None}


@pytest.mark.parametrize("file_format", [ExportFormat.CSV, ExportFormat.LDIF])
def test_a_list_comes_back_with_every_attribute_and_photo(sample, parts, file_format, tmp_path):
    octets = exported_as(sample, file_format)
    before, managers = entries_of(sample), {}
    for name, entry in before.items():
        managers[name] = entry.manager.name if entry.manager else None
    assert planned(sample, octets).unchanged == len(before)
    pictures = photos(sample, "people")
    assert len(pictures) > 10
    # The UUIDs are in use in the book that they come from, so the copy is made without them.
    without = octets.replace(b"entryUUID:", b"x-old-uuid:").replace(b"uid,uuid,", b"uid,x-old-uuid,")
    imported(sample, without, "copy")
    after = entries_of(sample, "copy")
    assert {name: values_of(entry) for name, entry in after.items()} == {name: values_of(entry) for name, entry in before.items()}
    assert {name: entry.manager.name if entry.manager else None for name, entry in after.items()} == managers
    assert photos(sample, "copy") == pictures


def test_uuids_come_back_too(sample, parts):
    octets = exported_as(sample, ExportFormat.CSV, "suppliers")
    before = entries_of(sample, "suppliers")
    with sample.writing(OPERATOR) as writing:
        for entry in before.values():
            writing.trash(entry.uuid)
    imported(sample, octets, "suppliers")
    after = entries_of(sample, "suppliers")
    assert {name: entry.uuid for name, entry in after.items()} == {name: entry.uuid for name, entry in before.items()}


def test_cards_come_back_to_the_letter(sample):
    octets = exported_as(sample, ExportFormat.VCARD)
    assert planned(sample, octets).unchanged == 40
    imported(sample, octets, "copy")
    again = exported_as(sample, ExportFormat.VCARD, "copy")

    def by_uid(cards):
        return {row.card.uid: row.card for row in read_vcards(io.BufferedReader(io.BytesIO(cards)))}

    assert by_uid(again) == by_uid(octets)
    assert len(by_uid(octets)) == 40
    assert octets.count(b"\r\nPHOTO") > 10


def test_cards_of_version_4_are_version_4(sample):
    octets = exported_as(sample, ExportFormat.VCARD4, "clients")
    assert octets.count(b"VERSION:4.0\r\n") == octets.count(b"BEGIN:VCARD\r\n") == 120
    assert planned(sample, octets, "clients").unchanged == 120


@pytest.mark.parametrize("file_format", list(ExportFormat))
def test_the_operator_exports_what_esme_sees(company, parts, file_format):
    mobile = ADA_MOBILE.encode()
    assert (mobile in exported_as(parts.directory, file_format)) is (file_format is not ExportFormat.XLSX)
    shown = exported_as(parts.directory, file_format, who=replace(company.esme, door=Door.CLI))
    assert mobile not in shown
    assert len(shown) > 500


def test_who_may_only_look_takes_no_list_along(company, parts):
    for who in (company.esme, company.ada):
        with pytest.raises(NotAllowed):
            exported_as(parts.directory, ExportFormat.CSV, who=who)


def test_there_are_cells_for_what_esme_sees_only(company, parts):
    text = exported_as(parts.directory, ExportFormat.CSV, who=replace(company.esme, door=Door.CLI)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(entries_of(parts.directory))
    for row in rows:
        filled = {column for column, cell in row.items() if cell}
        shown = {"uid", "uuid", "cn", "sn", "givenName", "telephoneNumber", "o", "ou", "title"}
        # Her own row holds everything.
        assert filled > shown if row["uid"] == "esme" else filled == shown


def test_a_book_that_does_not_show_is_not_there(company, parts):
    with pytest.raises(NotFound):
        exported_as(parts.directory, ExportFormat.CSV, "clients", company.esme)


def test_the_archive_and_the_trash_are_not_exported(company, parts):
    with parts.directory.writing(OPERATOR) as writing:
        writing.archive(uuid_of("finn"))
        writing.trash(uuid_of("dov"))
    octets = exported_as(parts.directory, ExportFormat.VCARD)
    assert octets.count(b"BEGIN:VCARD") == len(entries_of(parts.directory))
    assert b"Finn" not in octets


def test_an_empty_book_is_an_empty_list(parts):
    add_book(parts.directory, "people", BookKind.PEOPLE)
    assert exported_as(parts.directory, ExportFormat.CSV) == b"\xef\xbb\xbfuid,uuid\r\n"
    assert exported_as(parts.directory, ExportFormat.VCARD) == b""
    assert exported_as(parts.directory, ExportFormat.LDIF) == b"version: 1\n"
    assert exported_as(parts.directory, ExportFormat.XLSX).startswith(b"PK")


def test_progress_counts_entries_and_the_stream_stays_open(company, parts):
    stream, told = io.BytesIO(), []
    done = export(
        stream,
        directory=parts.directory,
        principal=OPERATOR,
        book="people",
        format=ExportFormat.VCARD,
        progress=lambda count, total: told.append((count, total)),
    )
    assert told[-1] == (done.entries, done.entries) == (8, 8)
    assert not stream.closed
    assert read(stream.getvalue().split(b"END:VCARD\r\n")[0] + b"END:VCARD\r\n").formatted_name


@pytest.mark.parametrize("book, is_label", [("people", False), ("clients", True)])
def test_a_label_travels_as_categories_and_a_group_not_among_people(sample, book, is_label):
    member = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:member\r\nFN:Member\r\nN:Member;;;;\r\nEND:VCARD\r\n"
    group = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:group\r\nFN:Board\r\nN:Board;;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
        "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:member\r\nEND:VCARD\r\n"
    )
    with sample.writing(OPERATOR) as writing:
        for href, text in (("m.vcf", member), ("g.vcf", group)):
            writing.put(writing.book(book), Href(href), read(text))
    octets = exported_as(sample, ExportFormat.VCARD, book)
    assert b"UID:group" not in octets
    assert (b"CATEGORIES:Board" in octets) == is_label
