# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import codecs
import io

import pytest

from dirserver.errors import BadInput, TooLarge
from dirserver.exchange import encoding
from dirserver.exchange.encoding import choose_encoding, decoded_lines, guess_encoding, is_eight_bit


def lines(octets: bytes, name: str = "utf-8-sig") -> list[tuple[int, str]]:
    return list(decoded_lines(io.BufferedReader(io.BytesIO(octets)), name))


@pytest.mark.parametrize(
    "head, told, name",
    [
        (b"uid,sn\n", None, "utf-8-sig"),
        ("uid,Łódź\n".encode(), None, "utf-8-sig"),
        (codecs.BOM_UTF8 + b"uid\n", None, "utf-8-sig"),
        (codecs.BOM_UTF16_LE + "uid".encode("utf-16-le"), None, "utf-16"),
        (codecs.BOM_UTF16_BE + "uid".encode("utf-16-be"), "cp1252", "utf-16"),
        ("Müller".encode("cp1252"), "cp1252", "cp1252"),
        ("Łódź".encode("cp1250"), "windows-1250", "cp1250"),
        (b"uid", "UTF-8", "utf-8-sig"),
    ],
)
def test_the_encoding_is_seen_or_told(head, told, name):
    assert choose_encoding(head, told) == name


@pytest.mark.parametrize(
    "head, told, message",
    [
        (b"PK\x03\x04...", None, "a workbook or an archive"),
        ("uid,Müller".encode(), "cp1252", "the file is UTF-8, though it was said to be cp1252"),
        (b"uid", "ebcdic-9000", "is no encoding"),
        (b"uid", "base64", "is no encoding"),
        ("uid".encode("utf-16-le"), None, "UTF-16 without a byte order mark"),
    ],
)
def test_what_can_not_be_is_refused_with_a_remedy(head, told, message):
    with pytest.raises(BadInput, match=message):
        choose_encoding(head, told)


def test_every_line_ending_counts_and_is_kept():
    assert lines(b"a\nb\r\nc\rd") == [(1, "a\n"), (2, "b\r\n"), (3, "c\r"), (4, "d")]


def test_the_bom_is_no_letter():
    assert lines(codecs.BOM_UTF8 + "é\n".encode()) == [(1, "é\n")]
    assert lines("é\nü".encode("utf-16"), "utf-16") == [(1, "é\n"), (2, "ü")]


def test_a_wrong_octet_is_told_with_its_line_and_what_to_do():
    with pytest.raises(BadInput, match=r'line 3: the octet 0xFC after "M" is not UTF-8; save the file as UTF-8, or say .* cp1250'):
        lines("uid\nada\nMüller\n".encode("cp1252"))


def test_an_octet_that_the_told_encoding_lacks_is_refused():
    with pytest.raises(BadInput, match="line 1: the octet 0x81"):
        lines(b"caf\x81", "cp1252")


def test_half_a_character_of_utf_16_is_refused():
    with pytest.raises(BadInput, match="UTF-16"):
        lines("abc".encode("utf-16")[:-1], "utf-16")


def test_a_line_without_end_is_too_large(monkeypatch):
    monkeypatch.setattr(encoding, "MAX_LINE", 100)
    with pytest.raises(TooLarge, match="line 2 has more than 100 characters; is a quote missing"):
        lines(b"a\n" + b"x" * 200)


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("Muñoz Peña, León", "cp1252"),
        ("Groß, Müller", "cp1252"),
        ("Żółć, Łucja, Śliska", "cp1250"),
        ("Łucja Śliska", "iso8859-2"),
        ("Ĉiela Ŝtono", "iso8859-3"),
    ],
)
def test_an_eight_bit_encoding_is_guessed_from_its_letters(text: str, encoding: str):
    assert guess_encoding(text.encode(encoding)) == encoding


def test_what_is_no_unicode_is_seen_wherever_it_stands():
    def is_told(octets: bytes) -> bool:
        return is_eight_bit(io.BufferedReader(io.BytesIO(octets)))

    assert is_told(b"Name\n" + b"x" * 200_000 + "é".encode("cp1252"))
    assert not is_told(b"Name\n" + b"x" * 65_530 + "é".encode())
    assert not is_told("é".encode("utf-16"))
    assert not is_told(b"PK\x03\x04\xff")
    assert not is_told(b"")


@pytest.mark.parametrize("head", [b"%PDF-1.7", b"\x89PNG", b"{\\rtf1", b"<!DOCTYPE html>"])
def test_what_is_no_list_is_said(head: bytes):
    with pytest.raises(BadInput, match="not like a list"):
        choose_encoding(head, None)
