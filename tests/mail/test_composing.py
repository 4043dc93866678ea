# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.mail.composing import Composer, Unwritable, one_line
from dirserver.model.letter import Matter
from dirserver.speech.catalogue import LANGUAGES
from dirserver.store.delivery.outbox import OutboxRow
from tests.mail.conftest import HEAD, SEALER

COMPOSER = Composer(HEAD, SEALER)
NOW = 1_790_000_000_000_000
WORDS = {
    "where": "192.0.2.7",
    "label": "my phone",
    "browser": "Firefox, Linux",
    "who": "Bruno",
    "book": "Clients",
    "what": "on",
    "slug": "clients",
    "first": "2026-11-28",
    "last": "2027-01-27",
}


def row(matter: Matter = Matter.PASSWORD_CHANGED, **given: object) -> OutboxRow:
    plain = OutboxRow(
        "0" * 32,
        1,
        "ada@example.com",
        "Ada",
        "ada",
        "en",
        matter.value,
        json.dumps(WORDS),
        1,
        "",
        NOW,
        NOW + 1_800_000_000,
        NOW,
        0,
        None,
        "",
    )
    return dataclasses.replace(plain, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("matter", Matter)
def test_every_letter_can_be_written_in_every_language(matter: Matter, language: str) -> None:
    sealed = SEALER.seal("the-secret") if matter.has_secret else ""
    for count in (1, 2, 5):
        message = COMPOSER.compose(row(matter, language=language, sealed=sealed, count=count))
        text = message.get_content()
        assert "%(" not in text + message["Subject"]
        assert ("the-secret\n" in text) is matter.has_secret
        assert message["Auto-Submitted"] == "auto-generated"
        assert max(map(len, text.splitlines())) <= 100


def test_an_unknown_language_is_answered_in_english() -> None:
    assert COMPOSER.compose(row(language="de"))["Subject"] == "Your password was changed"
    assert COMPOSER.compose(row(language="pt-BR"))["Content-Language"] == "pt"


def test_a_letter_of_a_newer_version_waits_for_nobody() -> None:
    with pytest.raises(Unwritable, match="no letter 'singing'"):
        COMPOSER.compose(dataclasses.replace(row(), matter="singing"))


def test_what_strangers_chose_stays_one_line_and_makes_no_header() -> None:
    words = json.dumps({**WORDS, "book": "a\r\nBcc: eve@example.com\u202e", "who": "x" * 500})
    message = COMPOSER.compose(row(Matter.ENTRIES_DELETED, words=words, name='"Ada\r\nBcc: eve@example.com" <x'))
    assert "Bcc" not in message
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "ada@example.com"
    assert b"\nBcc" not in message.as_bytes()
    assert "\u202e" not in message["Subject"]


@pytest.mark.parametrize("recipient", ["", "nobody", "a@b@c", "a@b, eve@example.com", "a@b\r\nBcc: eve@example.com"])
def test_an_address_that_is_none_gets_nothing(recipient: str) -> None:
    try:
        message = COMPOSER.compose(row(recipient=recipient))
    except Unwritable:
        return
    assert [each.addr_spec for each in message["To"].addresses] == ["a@b"]
    assert "Bcc" not in message


@given(st.text())
def test_any_name_can_be_written_to(name: str) -> None:
    message = COMPOSER.compose(row(name=name))
    assert message["To"].addresses[0].addr_spec == "ada@example.com"
    assert message.as_bytes().count(b"\r\nTo:") == 1


@given(st.text())
def test_one_line_is_one_short_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert len(one_line(text)) <= 200


def test_the_people_and_ones_own_contacts_are_called_as_on_the_pages() -> None:
    def told(slug: str, name: str) -> str:
        words = json.dumps({**WORDS, "slug": slug, "book": name})
        return str(COMPOSER.compose(row(Matter.ENTRIES_CHANGED, language="pl", words=words, count=2))["Subject"])

    assert told("people", "People") == "W „Ludzie” zmieniono 2 kontakty"
    assert told("~ada", "Contacts") == "W „Moje kontakty” zmieniono 2 kontakty"
    assert told("clients", "People") == "W „People” zmieniono 2 kontakty"
