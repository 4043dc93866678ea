# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.reader import read
from dirserver.directory.changes.losing import with_what_was_lost
from dirserver.model.client import Family
from dirserver.model.names import Href
from tests.cast import Company
from tests.parts import CoreParts

HEAD = "BEGIN:VCARD\r\nVERSION:{}\r\nUID:n-1\r\nFN:Nina\r\nN:;Nina;;;\r\n"
STORED = HEAD.format("3.0") + "X-SALARY:1\r\nCATEGORIES:vip\r\nTITLE:Chief\r\nEND:VCARD\r\n"
SENT = HEAD.format("4.0") + "TEL:1\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    "client, keeps",
    [
        (Family.IOS, {"X-SALARY", "CATEGORIES"}),
        (Family.DAVX5, {"X-SALARY"}),
        (Family.THUNDERBIRD, {"X-SALARY"}),
        (Family.VDIRSYNCER, set()),
        (Family.OTHER, set()),
        (None, set()),
    ],
)
def test_each_program_loses_what_it_does_not_know(client: Family | None, keeps: set[str]) -> None:
    made = with_what_was_lost(read(STORED), read(SENT), client)
    assert {each.key for each in made.properties} == {"UID", "FN", "N", "TEL"} | keeps


def test_what_was_lost_is_stored_and_the_writer_is_not_told_that_all_is_as_given(parts: CoreParts, company: Company) -> None:
    phone = company.ada.using(Family.IOS)
    with parts.directory.writing(phone) as writing:
        writing.put(writing.book("~ada"), Href("n.vcf"), read(STORED))
        done = writing.put(writing.book("~ada"), Href("n.vcf"), read(SENT.replace("4.0", "3.0")))
        assert not done.is_as_given
    with parts.directory.reading(company.ada) as reading:
        kept = reading.entry(reading.book("~ada"), "n.vcf").card
    assert {each.key for each in kept.properties} == {"UID", "FN", "N", "TEL", "X-SALARY", "CATEGORIES"}


@pytest.mark.parametrize(
    "version, line, is_kept",
    [
        ("4.0", "TZ;VALUE=utc-offset:+0100", True),
        ("3.0", "TZ:+01:00", True),
        ("4.0", "TZ:Raleigh/North America", True),
        ("4.0", "TZ:America/Port-au-Prince", False),
        ("4.0", "BDAY;VALUE=text:circa 1800", True),
        ("4.0", "BDAY:18000102", False),
        ("4.0", "BDAY:T102200Z", True),
        ("4.0", "ANNIVERSARY;VALUE=text:spring", True),
        ("3.0", "X-ANNIVERSARY;VALUE=text:spring", True),
    ],
)
def test_what_thunderbirds_form_cannot_show_it_has_not_taken_out(version: str, line: str, is_kept: bool) -> None:
    shown = read(HEAD.format(version) + f"{line}\r\nEND:VCARD\r\n")
    made = with_what_was_lost(shown, read(SENT), Family.THUNDERBIRD)
    assert (len(made.properties) > len(read(SENT).properties)) is is_kept
    another = read(SENT.replace("TEL:1", "TZ:Europe/Warsaw\r\nBDAY:19800403\r\nANNIVERSARY:20010203"))
    assert with_what_was_lost(shown, another, Family.THUNDERBIRD) == another


@pytest.mark.parametrize(
    "version, line, sent, kept",
    [
        ("4.0", "BDAY:19900101T120000Z", "BDAY:19900101", "19900101T120000Z"),
        ("4.0", "BDAY;VALUE=date-time:19900101T1200", "BDAY;VALUE=DATE:19900101", "19900101T1200"),
        ("3.0", "BDAY:1990-01-01T12:00:00+01:00", "BDAY:19900101", "19900101T120000+0100"),
        ("3.0", "X-ANNIVERSARY:2001-02-03T10:00:00", "ANNIVERSARY:20010203", "20010203T100000"),
        ("4.0", "BDAY:--0403T10", "BDAY:--0403", "--0403T10"),
        ("4.0", "BDAY:19900101T120000Z", "BDAY:19900102", "19900102"),
        ("4.0", "BDAY:19900101T120000Z", "BDAY:19900101T130000Z", "19900101T130000Z"),
        ("4.0", "BDAY:19900101T120000Z", "ANNIVERSARY:19900101", "19900101"),
        ("4.0", "BDAY:19900101T120000Z", "NOTE:1", None),
    ],
)
def test_a_date_that_thunderbird_leaves_keeps_its_time(version: str, line: str, sent: str, kept: str | None) -> None:
    shown, given = read(HEAD.format(version) + f"{line}\r\nEND:VCARD\r\n"), read(SENT.replace("TEL:1", sent))
    made = with_what_was_lost(shown, given, Family.THUNDERBIRD)
    assert [each.value for each in made.properties if each.key in {"BDAY", "ANNIVERSARY"}] == ([kept] if kept else [])
    assert with_what_was_lost(shown, given, Family.DAVX5) == given
