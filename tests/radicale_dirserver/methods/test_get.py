# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.card.card import Version
from radicale_dirserver.methods.get import wanted_version
from tests.cast import ADA_MOBILE, uuid_of
from tests.radicale_dirserver.wsgi import Door

ADA = f"/ada/people/{uuid_of('ada')}.vcf"


def test_a_card_comes_with_its_validators(door: Door):
    answer = door.ask("GET", ADA)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["last-modified"].endswith("GMT")
    assert "private" in answer.headers["cache-control"]
    assert ADA_MOBILE in answer.body.decode()


def test_head_says_the_same_without_the_card(door: Door):
    whole, head = door.ask("GET", ADA), door.ask("HEAD", ADA)
    assert head.body == b""
    assert head.headers == whole.headers


def test_a_card_that_one_has_is_not_sent_again(door: Door):
    etag = door.ask("GET", ADA).headers["etag"]
    for tags in (etag, f'"other", {etag}', "*", f"W/{etag}"):
        answer = door.ask("GET", ADA, if_none_match=tags)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == etag
    assert door.ask("GET", ADA, if_none_match='"other"').status == 200


def test_a_card_may_be_asked_for_in_either_version(door: Door):
    stored, newer = door.ask("GET", ADA), door.ask("GET", ADA, accept="text/vcard; version=4.0, text/vcard;q=0.5")
    assert b"VERSION:3.0" in stored.body
    assert b"VERSION:4.0" in newer.body
    assert stored.headers["etag"] != newer.headers["etag"]
    assert "Accept" in newer.headers["vary"]


@pytest.mark.parametrize(
    "accept, wanted",
    [
        ("", None),
        ("*/*", None),
        ("text/vcard", None),
        ('text/vcard; version="4.0"', Version.V4),
        ("text/vcard;charset=utf-8;version=3.0", Version.V3),
        ("text/vcard; version=2.1", None),
    ],
)
def test_the_version_is_read_from_accept(accept, wanted):
    assert wanted_version(accept) is wanted


def test_a_book_is_one_file_of_all_its_cards(door: Door):
    answer = door.ask("GET", "/ada/people/")
    assert answer.body.count(b"BEGIN:VCARD") == 8
    assert answer.headers["content-disposition"] == 'attachment; filename="people.vcf"'


@pytest.mark.parametrize(
    "path", ["/bruno/", "/bruno/contacts/", "/ada/none/", "/ada/people/none.vcf", "/ada/people/a/b", "/ada/people/..%2f"]
)
def test_what_does_not_show_is_404(door: Door, path: str):
    assert door.ask("GET", path).status == 404


def test_the_gateway_is_not_copied(door: Door):
    assert door.ask("GET", "/ada/directory/").status == 403


@pytest.mark.parametrize("path", ["/", "/ada/"])
def test_who_comes_with_a_browser_gets_a_hint(door: Door, path: str):
    assert b"CardDAV" in door.ask("GET", path).body
