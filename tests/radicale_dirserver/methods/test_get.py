# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from email.utils import formatdate, parsedate_to_datetime

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


def at(door: Door, shift_s: int) -> str:
    """A date so many seconds after Ada's card was changed."""
    return formatdate(parsedate_to_datetime(door.ask("GET", ADA).headers["last-modified"]).timestamp() + shift_s, usegmt=True)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_card_that_is_another_by_now_is_not_sent(door: Door, method: str):
    etag = door.ask("GET", ADA).headers["etag"]
    for tags in (etag, f'"other", {etag}', "*"):
        assert door.ask(method, ADA, if_match=tags).status == 200
    for tags in ('"other"', '""', f'"x{etag[1:]}'):
        answer = door.ask(method, ADA, if_match=tags)
        assert (answer.status, "etag" in answer.headers) == (412, False)
    for shift_s, status in ((-1, 412), (0, 200), (60, 200)):
        assert door.ask(method, ADA, if_unmodified_since=at(door, shift_s)).status == status
    for nonsense in ("yesterday", "0", "Tue, 99 Foo 2020 00:00:00 GMT", "Tue, 01 Jan 99999 00:00:00 GMT"):
        assert door.ask(method, ADA, if_unmodified_since=nonsense).status == 200


def test_conditions_are_looked_at_in_their_order(door: Door):
    etag, before = door.ask("GET", ADA).headers["etag"], at(door, -1)
    assert door.ask("GET", ADA, if_match=etag, if_unmodified_since=before).status == 200, "section 13.1.4: a date counts without tags alone"
    assert door.ask("GET", ADA, if_match='"other"', if_none_match=etag).status == 412
    assert door.ask("GET", ADA, if_match=etag, if_none_match=etag).status == 304
    assert door.ask("GET", ADA, if_unmodified_since=before, if_none_match=etag).status == 412
    assert door.ask("GET", "/ada/people/none.vcf", if_match='"x"').status == 404


def test_a_tag_of_a_listing_is_that_of_the_card_in_any_version(door: Door):
    etag = door.ask("GET", ADA).headers["etag"]
    assert door.ask("GET", ADA, if_match=etag, accept="text/vcard; version=4.0").status == 200


@pytest.mark.parametrize("path", ["/", "/ada/", "/ada/people/"])
def test_what_has_no_tag_is_there_and_nothing_more(door: Door, path: str):
    assert door.ask("GET", path, if_match="*").status == 200
    assert door.ask("GET", path, if_match='"x"').status == 412
    assert door.ask("GET", path, if_none_match="*").status == 304
    assert door.ask("GET", path, if_none_match='"x"').status == 200
    assert door.ask("GET", "/ada/none/", if_match='"x"').status == 404


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
        ("text/vcard;version=3.0;q=0.1, text/vcard;version=4.0", Version.V4),
        ("text/vcard;version=4.0;q=0.9,text/vcard;version=3.0;q=0.95", Version.V3),
        ("text/vcard;version=4.0;q=0", None),
        ("text/vcard;version=4.0;q=0.0, text/vcard;version=3.0;q=0.001", Version.V3),
        ("text/vcard, text/vcard;version=4.0;q=0.5", None),
        ("text/vcard, text/vcard;version=4.0", Version.V4),
        ("text/vcard;version=4.0, text/vcard;version=3.0", Version.V4),
        ("text/vcard;version=4.0;q=much, */*", None),
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
