# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card, Parameter, Property, Version
from dirserver.card.reader import read, read_many
from dirserver.card.writer import content_line, fold_line, write
from tests.card.strategies import cards, raw_values


@given(cards())
def test_any_card_comes_back_the_same(card: Card) -> None:
    written = write(card)
    again = read(written)
    assert again == card
    assert write(again) == written
    assert read(written.encode()) == card


@given(st.integers(0, 90), raw_values)
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(padding: int, value: str) -> None:
    folded = fold_line("X" * padding + ":" + value)
    parts = folded.encode().split(b"\r\n")
    assert all(len(part) <= 75 for part in parts)
    assert all(part[:1] == b" " for part in parts[1:])
    assert (parts[0] + b"".join(part[1:] for part in parts[1:])).decode() == "X" * padding + ":" + value
    for part in parts:
        part.decode()


def test_a_card_is_framed_and_ends_its_lines_with_crlf() -> None:
    card = Card(Version.V4, (Property("FN", "Ada"), Property("TEL", "1", "item1", (Parameter("TYPE", ("a b", "c,d", ' "^\n')),))))
    assert write(card) == ('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nitem1.TEL;TYPE=a b,"c,d"," ^\'^^^n":1\r\nEND:VCARD\r\n')
    assert content_line(card.properties[1]) == 'item1.TEL;TYPE=a b,"c,d"," ^\'^^^n":1'


def test_every_card_of_the_sample_list_is_kept_as_given(shared_data: Path) -> None:
    octets = (shared_data / "people.vcf").read_bytes()
    with (shared_data / "people.vcf").open("rb") as file:
        reads = list(read_many(file))
    assert len(reads) == 1000
    assert reads[-1].octets == len(octets)
    assert "".join([write(each.card) for each in reads if each.card is not None]).encode() == octets
