# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from dirserver.card.card import Card, Property, Version
from dirserver.card.media import split_media
from dirserver.card.reader import Limits, read
from dirserver.card.validate import check_link, validate
from dirserver.errors import BadCard, TooLarge


def with_line(line: str) -> Card:
    return read(f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\r\n{line}\r\nEND:VCARD\r\n")


@pytest.mark.parametrize("name", ["apple", "android", "thunderbird", "evolution", "bidi", "old_phone"])
def test_what_real_clients_send_may_be_stored(name: str) -> None:
    validate(read((Path(__file__).parent / "corpus" / f"{name}.vcf").read_bytes()))


@pytest.mark.parametrize(
    "line,names",
    [
        ("URL:javascript:alert(1)", "URL"),
        ("url:JaVaScRiPt:alert(1)", "URL"),
        ("URL: \tjava\tscript:alert(1)", "URL"),
        ("URL:java\u200bscript:alert(1)", "URL"),
        ("URL:javascript\\:alert(1)", "URL"),
        ("URL:data:text/html,<script>", "URL"),
        ("X-SOCIALPROFILE;type=x:vbscript:x", "X-SOCIALPROFILE"),
        ("IMPP:javascript:x", "IMPP"),
        ("X-ANYTHING;VALUE=uri:javascript:x", "X-ANYTHING"),
        ("PHOTO:javascript:x", "PHOTO"),
        ("PHOTO:data:text/html;base64,AAAA", "PHOTO"),
        ("PHOTO:data:image/svg+xml;base64,AAAA", "PHOTO"),
        ("PHOTO:blob:sha256-" + "0" * 64, "PHOTO"),
        ("LOGO:Blob:SHA256-" + "0" * 64, "LOGO"),
        ("UID:1\r\nUID:2", "UID"),
    ],
)
def test_what_could_harm_is_refused_by_name(line: str, names: str) -> None:
    with pytest.raises(BadCard, match=f"^{names}"):
        validate(with_line(line))


@pytest.mark.parametrize(
    "line", ["URL:https://x", "URL:sip:a@b", "URL:example.com/a", "IMPP:x-apple:a", "PHOTO:data:image/png;base64,AAAA", "TEL:tel:1"]
)
def test_links_of_every_harmless_kind_pass(line: str) -> None:
    validate(with_line(line))


def test_a_card_without_a_name_is_refused() -> None:
    for card in (Card(Version.V3), Card(Version.V3, (Property("FN", " "),))):
        with pytest.raises(BadCard, match="FN"):
            validate(card)


def test_a_reference_may_stand_only_in_what_we_stored() -> None:
    stored, _ = split_media(with_line("PHOTO:data:image/png;base64,AAAA"))
    with pytest.raises(BadCard, match="send the octets"):
        validate(stored)


def test_limits_hold_however_the_card_was_made() -> None:
    card = Card(Version.V3, (Property("FN", "A"), Property("NOTE", "x" * 100)))
    with pytest.raises(TooLarge):
        validate(card, limits=Limits(card_octets=50))
    with pytest.raises(TooLarge):
        validate(card, limits=Limits(properties=1))
    with pytest.raises(TooLarge, match="NOTE is longer than 99"):
        validate(card, limits=Limits(text_octets=99))
    with pytest.raises(TooLarge, match="CATEGORIES has more than 2000 parts"):
        validate(with_line("CATEGORIES:" + "a," * 2001))
    validate(with_line("X-BLOB:" + "a," * 200_000))


def test_a_link_is_checked_apart_from_a_card_too() -> None:
    check_link("labeledURI", "https://example.com")
    with pytest.raises(BadCard, match="labeledURI"):
        check_link("labeledURI", "\x01javascript:1")
