# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
from pathlib import Path

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card, Version
from dirserver.card.reader import Limits, read, read_many
from dirserver.card.writer import write
from dirserver.errors import BadCard, BadInput, TooLarge
from tests.card.strategies import cards

CORPUS = Path(__file__).parent / "corpus"


def lines(*properties: str, version: str = "3.0", end: str = "\r\n") -> bytes:
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *properties, "END:VCARD", ""]).encode()


def refused(data: bytes) -> BadCard:
    with pytest.raises(BadCard) as caught:
        read(data)
    return caught.value


@pytest.mark.parametrize("name", ["apple", "android", "thunderbird", "evolution", "bidi"])
def test_a_card_as_its_client_writes_it_is_kept_to_the_letter(name: str) -> None:
    octets = (CORPUS / f"{name}.vcf").read_bytes()
    assert write(read(octets)).encode() == octets


@pytest.mark.parametrize("name", ["apple", "android", "thunderbird", "evolution", "bidi"])
def test_vobject_sees_the_same_properties(name: str) -> None:
    octets = (CORPUS / f"{name}.vcf").read_bytes()
    # Their grammar only: what they build on it cuts a value at its first comma.
    theirs = [vobject.base.textLineToContentLine(*line) for line in vobject.base.getLogicalLines(io.StringIO(octets.decode()))]
    seen = [(line.name, line.value, line.group) for line in theirs if line.name not in {"BEGIN", "VERSION", "END"}]
    assert [(each.key, each.value, each.group) for each in read(octets).properties] == seen


@given(cards(), st.sampled_from(["\n", "\r", "\r\n", "\r\r\n"]))
def test_any_line_end_gives_the_same_card(card: Card, end: str) -> None:
    assert read(write(card).replace("\r\n", end)) == card


def test_a_bom_blank_lines_blanks_and_padding_are_tolerated() -> None:
    assert read(b"\xef\xbb\xbf\r\n begin:vcard \r\n\r\nversion:4.0\r\nfn:Ada\r\n\r\nend:vcard\r\n\r\n\x1a\x00").formatted_name == "Ada"


def test_spelling_groups_and_order_are_kept() -> None:
    card = read(lines("FN:Ada", "iTem1.x-Foo_bar;type=CELL;Type=Voice:1", "Item1.X-ABLabel:L", "tel:2"))
    assert [(each.group, each.name) for each in card.properties] == [
        (None, "FN"), ("iTem1", "x-Foo_bar"), ("Item1", "X-ABLabel"), (None, "tel"),
    ]  # fmt: skip
    assert [(param.name, param.values) for param in card.properties[1].params] == [("type", ("CELL",)), ("Type", ("Voice",))]


def test_a_character_that_a_client_cut_by_folding_is_joined() -> None:
    octets = lines("FN:Ada", "NOTE:ż").replace("ż".encode(), b"\xc5\r\n \xbc")
    assert read(octets).first("NOTE").text() == "ż"  # type: ignore[union-attr]


def test_commas_in_links_and_data_photos_stay() -> None:
    card = read(lines("FN:A", "URL:http://x/a,b;c", "PHOTO:data:image/jpeg;base64,/9j/4AAQ", "NOTE:Hello, world", version="4.0"))
    assert [each.value for each in card.properties[1:]] == ["http://x/a,b;c", "data:image/jpeg;base64,/9j/4AAQ", "Hello, world"]
    assert card.properties[3].text() == "Hello, world"


@pytest.mark.parametrize(
    "properties,name",
    [
        (["N:Lovelace;Ada;;Dr.;"], "Dr. Ada Lovelace"),
        (["N:;;;;", "ORG:Example Corp;HR", "EMAIL:a@example.com"], "Example Corp"),
        (["EMAIL:a@example.com"], "a@example.com"),
        (["TEL;TYPE=CELL:+34 600"], "+34 600"),
        (["FN:", "NICKNAME:Chi,Cha"], "Chi"),
        (["FN: ", "N:Lovelace"], "Lovelace"),
    ],
)
def test_a_missing_fn_is_made_from_what_else_names_the_contact(properties: list[str], name: str) -> None:
    card = read(lines(*properties))
    assert card.formatted_name == name
    assert len(card.all("FN")) == 1


def test_a_card_without_any_name_is_read_as_it_is() -> None:
    assert read(lines("UID:1")).first("FN") is None


def test_version_may_be_missing_or_stand_anywhere() -> None:
    assert read(b"BEGIN:VCARD\nFN:A\nEND:VCARD").version is Version.V3
    assert read(b"BEGIN:VCARD\nFN:A\nVERSION:4.0\nEND:VCARD").version is Version.V4


def test_a_thousand_numbers_are_read() -> None:
    card = read(lines("FN:A", *[f"TEL;TYPE=WORK:{number}" for number in range(1000)]))
    assert len(card.all("TEL")) == 1000


def test_outlooks_soft_line_break_is_read_as_one() -> None:
    note = read(lines("FN:A", "NOTE:one\x0btwo")).first("NOTE")
    assert note is not None
    assert note.text() == "one\ntwo"


@pytest.mark.parametrize(
    "data,line,says",
    [
        (b"", 1, "no card here"),
        (b"uid,cn\r\nada,Ada\r\n", 1, "must begin with BEGIN:VCARD"),
        (b"BEGIN:VCARD\r\nFN:A\r\n", 2, "END:VCARD is missing"),
        (lines("FN:A", "no colon here"), 4, "has no colon"),
        (lines("FN:A", "NOTE:folded", " twice", " over", "X FOO:1"), 7, "is not a property"),
        (lines("FN:A", 'TEL;TYPE="A', 'X:1":5'), 4, "is not closed"),
        (lines("FN:A", "TEL; TYPE=A:1"), 4, "parameters of TEL"),
        (lines("FN:A", "NOTE:\x00"), 4, "control character 0x00"),
        (lines("FN:A", "NOTE:a\x1bb"), 4, "control character 0x1B"),
        (lines("FN:A", "NOTE:\x7f"), 4, "control character 0x7F"),
        (lines("FN:A", "NOTE:\ufffe"), 4, "noncharacter"),
        (lines("FN:A", version="5.0"), 2, "not known"),
        (lines("FN:A", "BEGIN:VCARD", "FN:B", "END:VCARD"), 6, "more than one card"),
        (lines("FN:A", "BEGIN:VCARD", "FN:B"), 4, "can't stand inside another"),
        (lines("FN:A") + b"FN:B\r\n", 5, "after END:VCARD"),
        (lines("FN:A") + lines("FN:B"), 4, "more than one card"),
        (lines("FN:A", "NOTE:x").replace(b"x", b"Jos\xe9"), 4, "0xE9 is not UTF-8; it looks like Windows-1252"),
        (lines("FN:A", "NOTE:x").replace(b"x", b"\xc5"), 4, "not UTF-8"),
        ("BEGIN:VCARD\nFN:A\nEND:VCARD\n".encode("utf-16"), 1, "UTF-16"),
    ],
)
def test_a_bad_card_gets_a_reason_with_its_line(data: bytes, line: int, says: str) -> None:
    error = refused(data)
    assert error.line == line
    assert says in error.reason


def test_an_attempt_to_inject_a_line_is_refused() -> None:
    with pytest.raises(BadCard):
        read('BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nTEL;TYPE="A\r\nX-INJ:1":5\r\nEND:VCARD\r\n')
    with pytest.raises(BadCard):
        read("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\ud800\r\nEND:VCARD\r\n")


def test_cards_over_a_limit_are_refused_with_the_limit() -> None:
    small = Limits(card_octets=200, properties=3, parameters=4, line_octets=50)
    with pytest.raises(TooLarge) as caught:
        read(lines("FN:A", "NOTE:" + "x" * 300), limits=small)
    assert caught.value.limit == 200
    with pytest.raises(BadCard, match="longer than 65536"):
        read(lines("FN:A", "TEL" + ";X=a" * 20_000 + ":1"))
    for bad in (["TEL:1"] * 4, ["TEL" + ";TYPE=A" * 9 + ":1"], ["NOTE:" + "x" * 60]):
        with pytest.raises(BadCard):
            read(lines("FN:A", *bad), limits=small)
    with pytest.raises(BadCard):
        read(lines(*["BEGIN:VCARD"] * 1000))


@given(st.binary(max_size=300))
def test_no_octets_do_more_than_raise_bad_input(junk: bytes) -> None:
    for data in (junk, b"BEGIN:VCARD\n" + junk + b"\nEND:VCARD", b"BEGIN:VCARD\nVERSION:2.1\n" + junk + b"\nEND:VCARD"):
        try:
            card = read(data)
        except BadInput:
            continue
        assert read(write(card)) == card


# --------------------------------------------------------------------------------------------------------------- many
@given(st.lists(cards(), max_size=4), st.sampled_from([b"\r\n", b"\n", b"\r"]), st.integers(1, 40))
def test_a_file_gives_its_cards_however_it_is_cut_into_pieces(made: list[Card], end: bytes, piece: int) -> None:
    octets = "".join(map(write, made)).encode().replace(b"\r\n", end)

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or -1, piece))

    reads = list(read_many(Slow(octets)))
    assert [each.card for each in reads if each.error is None] == made
    if made:
        assert reads[-1].octets == len(octets)
        assert [octets[: each.octets].count(b"BEGIN:VCARD") for each in reads][-1] >= len(made)


def test_one_bad_card_does_not_stop_the_others() -> None:
    octets = lines("FN:A") + b"stray\r\nmore\r\n" + lines("FN:B", "bad") + lines("FN:C")[:-11]
    octets += lines("FN:D", "NOTE:\xe9") + b"BEGIN:VCARD\r\nFN:E"
    octets = octets.replace("\xe9".encode(), b"\xe9")
    reads = list(read_many(io.BytesIO(octets)))
    assert [each.card.formatted_name if each.card else str(each.error) for each in reads] == [
        "A",
        "line 5: 'stray' stands outside any card; a card begins with BEGIN:VCARD",
        "line 10: 'bad' has no colon; a property is NAME:value, and a folded line goes on after a blank",
        "line 15: END:VCARD is missing before the next card begins",
        "line 18: octet 0xE9 is not UTF-8; it looks like Windows-1252 (Western European). Save the file as UTF-8",
        "line 21: the file ends inside a card: END:VCARD is missing",
    ]
    assert [each.line for each in reads] == [1, 5, 7, 12, 15, 20]


def test_a_card_over_the_limit_is_skipped_without_being_held() -> None:
    small = Limits(card_octets=1000)
    big = b"BEGIN:VCARD\nFN:Big\nNOTE:" + b"x" * 500_000 + b"\nEND:VCARD\n"
    reads = list(read_many(io.BytesIO(big + lines("FN:B")), limits=small))
    assert isinstance(reads[0].error, TooLarge)
    assert "line 1: the card has more than 1000 octets" in str(reads[0].error)
    assert reads[1].card is not None
    assert reads[1].line == 5
    assert reads[1].octets == len(big) + len(lines("FN:B"))


@pytest.mark.parametrize("octets,says", [(b"", "empty"), ("BEGIN:VCARD".encode("utf-16"), "UTF-16"), (b"a,b\n1,2\n", "outside any card")])
def test_a_file_that_holds_no_cards_says_why(octets: bytes, says: str) -> None:
    (only,) = read_many(io.BytesIO(octets))
    assert only.card is None
    assert says in str(only.error)
