# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import vobject
from hypothesis import given

from dirserver.card.card import Version
from dirserver.card.legacy import is_legacy
from dirserver.card.media import octets_of
from dirserver.card.reader import read
from dirserver.card.writer import write
from dirserver.errors import BadCard
from tests.card.strategies import raw_values

OLD = (Path(__file__).parent / "corpus" / "old_phone.vcf").read_bytes()


def test_a_card_of_an_old_phone_becomes_3_0() -> None:
    assert write(read(OLD)).split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Łuczak;Żaneta;;;",
        "FN:Żaneta Łuczak",
        "TEL;TYPE=CELL,PREF:+48500000001",
        "TEL;TYPE=WORK,VOICE:+48220000001",
        "EMAIL;TYPE=INTERNET,HOME:zaneta@home.example",
        "ADR;TYPE=WORK:;;ul. Długa 1\\, m. 2\\nII piętro;Kraków;;30-001;Polska",
        "NOTE:Łódź\\, ok",
        "URL:http://example.com/a,b",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgAB",
        "END:VCARD",
        "",
    ]
    assert read(OLD).version is Version.V3
    photo = read(OLD).first("PHOTO")
    assert photo is not None
    assert (octets_of(photo) or b"")[:3] == b"\xff\xd8\xff"


def test_vobject_reads_the_result_with_the_same_name() -> None:
    theirs = vobject.readOne(write(read(OLD)))
    assert theirs.fn.value == "Żaneta Łuczak"
    assert theirs.n.value.family == "Łuczak"
    assert theirs.adr.value.street == "ul. Długa 1, m. 2\nII piętro"


def test_an_8_bit_card_is_read_in_the_charset_that_it_names() -> None:
    octets = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=ISO-8859-1:José\nTEL:1\nEND:VCARD\n".encode("latin-1")
    assert read(octets).formatted_name == "José"


def test_quoted_printable_in_3_0_is_undone() -> None:
    card = read(b"BEGIN:VCARD\nVERSION:3.0\nFN:A\nNOTE;encoding=quoted-printable:=C5=BC=0A=2C\nEND:VCARD\n")
    assert card.version is Version.V3
    note = card.first("NOTE")
    assert note is not None
    assert note.text() == "ż\n,"


@given(raw_values)
def test_what_only_talks_about_quoted_printable_is_left_alone(value: str) -> None:
    for line in (b"NOTE:a;QUOTED-PRINTABLE:", b'NOTE;X="a;QUOTED-PRINTABLE:":', b"NOTE;X=QUOTED-PRINTABLE:"):
        assert not is_legacy(b"BEGIN:VCARD\nVERSION:3.0\n" + line + value.encode() + b"\nEND:VCARD")


@pytest.mark.parametrize(
    "octets,line,says",
    [
        (b"BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=KLINGON:x\nEND:VCARD", 3, "'KLINGON' is not known"),
        (b"BEGIN:VCARD\nVERSION:2.1\nFN:Jos\xe9\nEND:VCARD", 3, "not utf-8"),
        (b"BEGIN:VCARD\nVERSION:2.1\nN:x\nno colon\nEND:VCARD", 4, "NAME:value"),
        (b"BEGIN:VCARD\nVERSION:2.1\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD", 4, "one can't stand inside another"),
        (b"BEGIN:VCARD\nVERSION:2.1\nFN;QUOTED-PRINTABLE:=00=1B\nEND:VCARD", 3, "control character 0x00"),
    ],
)
def test_a_bad_old_card_gets_a_reason_with_its_line(octets: bytes, line: int, says: str) -> None:
    with pytest.raises(BadCard) as caught:
        read(octets)
    assert says in caught.value.reason
    assert caught.value.line == line


def test_an_old_card_cannot_nest_without_end() -> None:
    with pytest.raises(BadCard):
        read(b"BEGIN:VCARD\nVERSION:2.1\n" + b"BEGIN:VCARD\n" * 5000)
