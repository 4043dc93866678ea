# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
from pathlib import Path

import pytest

from dirserver.errors import BadInput
from dirserver.exchange.dates import First
from dirserver.exchange.layout import FileFormat
from dirserver.exchange.mapping import ColumnMapping
from dirserver.exchange.previewing import preview, with_guesses
from dirserver.exchange.source import Source


def look(content: str | bytes, mapping: ColumnMapping | None = None):
    data = content if isinstance(content, bytes) else content.encode()
    return preview(Source.of(io.BytesIO(data)), mapping or ColumnMapping())


def test_columns_are_shown_with_what_they_seem_to_mean_and_their_first_cells():
    shown = look("Vorname;Firma;Odd\nAda;;x\nZoë;Acme;\n;;\n")
    assert [(each.header, each.attribute, each.samples) for each in shown.columns] == [
        ("Vorname", "givenName", ("Ada", "Zoë")),
        ("Firma", "o", ("Acme",)),
        ("Odd", "", ("x",)),
    ]


def test_a_list_whose_headers_nobody_knows_is_shown_too():
    assert [each.header for each in look("Foo|Bar\n1|2\n").columns] == ["Foo", "Bar"]
    assert [each.header for each in look('sep=;\n"A b";"C ""d"""\n1;2\n').columns] == ["A b", 'C "d"']


def test_what_was_kept_counts_more_than_a_guess():
    mapping = ColumnMapping(columns={"Foo": "sn", "mail": ""})
    assert [each.attribute for each in look("Foo,mail\n1,2\n", mapping).columns] == ["sn", ""]


@pytest.mark.parametrize("content", [b"", b"\n\n", (",".join(f"c{number}" for number in range(300)) + "\n").encode()])
def test_what_is_no_list_is_refused(content: bytes):
    with pytest.raises(BadInput):
        look(content)


def test_cards_and_ldif_need_no_columns(shared_data: Path):
    assert look("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n").format is FileFormat.VCARD
    assert look("dn: cn=x\nobjectClass: person\ncn: x\n").columns == ()
    shown = preview(Source.of(shared_data / "dirty.csv"), ColumnMapping())
    meant = {each.header: each.attribute for each in shown.columns}
    assert meant["Given Name"] == "givenName"
    assert meant["E-mail"] == "mail"
    assert meant["Manager e-mail"] == "manager"
    assert meant["Last confirmed"] == ""


def test_a_list_that_is_no_unicode_is_shown_as_it_seems_to_be_written():
    shown = look("Imię;Nazwisko\nŁucja;Śliska\n".encode("cp1250"))
    assert shown.encoding == "cp1250"
    assert [(each.header, each.attribute, each.samples) for each in shown.columns] == [
        ("Imię", "givenName", ("Łucja",)),
        ("Nazwisko", "sn", ("Śliska",)),
    ]
    assert look("Imię\nŁucja\n".encode("iso8859-2"), ColumnMapping(encoding="iso8859-2")).columns[0].samples == ("Łucja",)
    assert look("Imię\nŁucja\n").encoding is None


def test_a_list_is_looked_at_for_the_order_of_its_days():
    assert look("Name,Birthday\nAda,3/14/1975\nBea,3/4/1975\n").first is First.MONTH
    shown = look("Name,Birthday\nBea,3/4/1975\n")
    assert (shown.first, shown.has_ambiguous_days) == (None, True)


def test_guesses_are_a_mapping_and_what_was_said_stays():
    source = Source.of(io.BytesIO(b"First Name,Birthday,Foo\nAda,3/14/1975,x\n"))
    guessed = with_guesses(source, ColumnMapping(columns={"Foo": "o"}))
    assert (dict(guessed.columns), guessed.encoding) == ({"First Name": "givenName", "Birthday": "birthDate", "Foo": "o"}, None)
    assert guessed.first is First.MONTH
    cards = Source.of(io.BytesIO(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:x\r\nEND:VCARD\r\n"))
    assert with_guesses(cards, ColumnMapping()) == ColumnMapping()
