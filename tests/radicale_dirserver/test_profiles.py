# SPDX-License-Identifier: GPL-3.0-or-later
"""What a profile changes at the door; how it is decided is tested where it is."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from dirserver.card.media import octets_of
from dirserver.card.reader import read
from dirserver.model.principal import Principal
from dirserver.model.profile import CHOICES, ORGANISATION, Rule, Settings
from tests.cast import uuid_of
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import C, D, Door, Row, propfind, sync_collection

IPHONE = "iOS/17.4 (21E219) dataaccessd/1.0"
MAC = "Mac OS X/10.13.1 (17B48) AddressBook/1806"
DAVX5 = "DAVx5/4.5-ose (dav4jvm; okhttp/4.12.0) Android/14"


def homes(door: Door, agent: str) -> list[str]:
    answer = door.ask("PROPFIND", "/ada/", propfind(f"{D}displayname"), depth="1", user_agent=agent)
    return [row.path for row in answer.rows][1:]


def gateway(door: Door, agent: str) -> bool:
    answer = door.ask("PROPFIND", "/ada/", propfind(f"{C}directory-gateway"), user_agent=agent)
    return answer.xml.find(f".//{C}directory-gateway/{D}href") is not None


def say(core: CoreParts, **settings: str) -> None:
    with core.directory.writing(Principal.system()) as writing:
        writing.set_profile(Rule(ORGANISATION, None, Settings.of(settings)))


def test_the_people_are_a_book_on_an_iphone_the_last_one_and_a_gateway_on_a_mac(door: Door) -> None:
    assert homes(door, IPHONE)[-1] == "/dav/ada/people/"
    assert "/dav/ada/people/" not in homes(door, MAC)
    assert gateway(door, MAC)
    answer = door.ask("PROPFIND", "/ada/", propfind(f"{C}principal-address"), user_agent=MAC)
    own = answer.xml.findtext(f".//{C}principal-address/{D}href")
    assert own == f"/dav/ada/directory/{uuid_of('ada')}.vcf"
    assert door.ask("GET", own.removeprefix("/dav"), user_agent=MAC).status == 200
    zoe = f"/ada/directory/{uuid_of('zoe')}.vcf"
    assert door.ask("GET", zoe, user_agent=MAC).status == 200
    assert door.ask("REPORT", "/ada/people/", sync_collection("", f"{D}getetag"), user_agent=MAC).status == 404
    assert door.ask("PROPFIND", "/ada/directory/", propfind(f"{D}resourcetype"), depth="1", user_agent=MAC).status == 207


def test_people_that_are_switched_off_are_nowhere(door: Door, core: CoreParts) -> None:
    say(core, gal="off")
    assert [path for path in homes(door, DAVX5) if "people" in path or "directory" in path] == []
    assert not gateway(door, DAVX5)
    for path in ("/ada/people/", "/ada/directory/", f"/ada/people/{uuid_of('zoe')}.vcf"):
        assert door.ask("PROPFIND", path, propfind(f"{D}getetag"), user_agent=DAVX5).status == 404
    assert door.ask("GET", f"/ada/people/{uuid_of('zoe')}.vcf", user_agent=DAVX5).status == 404


@pytest.mark.parametrize("size, side", [("96", 96), ("none", 0)])
def test_a_photo_is_as_small_as_the_profile_says_and_what_comes_back_small_keeps_the_large_one(
    door: Door, core: CoreParts, size: str, side: int
) -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((300, 300)).convert("RGB").save(out, "JPEG")
    path = "/ada/contacts/friend.vcf"
    text = base64.b64encode(out.getvalue()).decode()
    body = f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:friend\r\nFN:A Friend\r\nN:Friend;A;;;\r\nPHOTO;ENCODING=b;TYPE=JPEG:{text}\r\nEND:VCARD\r\n"
    assert door.ask("PUT", path, body.encode()).status == 201
    say(core, photo=size)
    got = door.ask("GET", path, user_agent=IPHONE)
    photo = read(got.body).first("PHOTO")
    if side:
        data = octets_of(photo) if photo is not None else None
        assert data is not None
        with Image.open(io.BytesIO(data)) as image:
            assert max(image.size) == side
    else:
        assert photo is None
    changed = got.body.replace(b"A Friend", b"The Friend")
    assert door.ask("PUT", path, changed, user_agent=IPHONE, if_match=got.headers["etag"]).status == 204
    say(core)
    kept = read(door.ask("GET", path).body)
    photo = kept.first("PHOTO")
    assert kept.formatted_name == "The Friend"
    assert photo is not None
    assert octets_of(photo) == out.getvalue()


def follow(door: Door, agent: str, token: str, held: dict[str, tuple[str, str]]) -> str:
    """Let a phone catch up with the people from its token; the next token. What it doesn't find it holds no more."""
    body = sync_collection(token, f"{D}getetag", f"{C}address-data")
    answer = door.ask("REPORT", "/ada/people/", body, depth="1", user_agent=agent)
    if answer.status == 404:
        held.clear()
        return ""
    for row in answer.rows:
        if row.status is None:
            held[row.path] = (row.text(f"{D}getetag"), row.text(f"{C}address-data"))
        else:
            held.pop(row.path, None)
    return answer.token


def listed(door: Door, agent: str) -> list[Row]:
    answer = door.ask("PROPFIND", "/ada/people/", propfind(f"{D}getetag"), depth="1", user_agent=agent)
    return answer.rows if answer.status == 207 else []


@pytest.mark.parametrize("agent", [IPHONE, DAVX5, "Evolution/3.46.4"])
def test_who_holds_a_token_ends_with_what_it_is_told_now_whatever_is_said_meanwhile(door: Door, core: CoreParts, agent: str) -> None:
    held: dict[str, tuple[str, str]] = {}
    token = follow(door, agent, "", held)
    said = [(name, str(value)) for name, values in CHOICES.items() for value in (*values, *reversed(values))]
    for name, value in said:
        say(core, **{name: value})
        token = follow(door, agent, token, held)
        fresh: dict[str, tuple[str, str]] = {}
        follow(door, agent, "", fresh)
        assert held == fresh, (name, value)
        assert {path: etag for path, (etag, _) in held.items()} == {
            row.path: row.text(f"{D}getetag") for row in listed(door, agent) if not row.path.endswith("/")
        }
