# SPDX-License-Identifier: GPL-3.0-or-later
"""Thunderbird, a real client, on a real site: one person's books for a day."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from tests.cast import password_of
from tests.e2e.carddav import dav, vcard_bytes
from tests.e2e.ldap_tools import PEOPLE
from tests.e2e.people import ADA_MOBILE, NAMES, SIZE, uuid_of
from tests.e2e.site import SUFFIX, Site, serving, wait_until
from tests.e2e.thunderbird import Book, Colleague, Thunderbird, thunderbird
from tests.radicale_dirserver.wsgi import Answer, Door

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LAST_NAME = "#vcard-n-lastname"
MAIL = "#vcard-email input[type=email]"
RICH = (
    "NICKNAME:Nini",
    r"ORG:Łódź\, Söhne & Co;Sales;North",
    "TITLE:Head of Sales",
    "EMAIL;TYPE=INTERNET,WORK,pref:nina@nowak.example",
    "EMAIL;TYPE=INTERNET,HOME:nina@home.example",
    "TEL;TYPE=CELL:+49 151 1",
    "TEL;TYPE=WORK,FAX:+49 30 2",
    "item1.TEL:+49 30 3",
    "item1.X-ABLabel:_$!<Assistant>!$_",
    "item2.X-ABDATE:2020-01-02",
    "item2.X-ABLabel:Wedding",
    r"ADR;TYPE=WORK:;;Straße 1\, Hof;Berlin;;10115;Germany",
    "item3.ADR;TYPE=HOME:;;ul. Polna 2;Łódź;;90-001;Poland",
    "item3.X-ABADR:pl",
    "BDAY:1980-04-03T12:00:00Z",
    "URL;TYPE=WORK:https://nowak.example/a?b=1,2",
    r"NOTE:one\ntwo\; three",
    r"CATEGORIES:A,B\, C",
    "X-ABC;X-P=1:kept",
    "X-SOCIALPROFILE;type=twitter:https://t.example/n",
    "IMPP;X-SERVICE-TYPE=Skype:skype:nini",
    "X-ABRELATEDNAMES:Bob",
    "TZ:+01:00",
    "X-ANNIVERSARY;VALUE=text:in spring",
)


def photo(width: int) -> str:
    """A red JPEG."""
    octets = io.BytesIO()
    Image.new("RGB", (width, 30), (200, 30, 30)).save(octets, "JPEG")
    return f"PHOTO;ENCODING=b;TYPE=JPEG:{base64.b64encode(octets.getvalue()).decode()}"


@dataclass(frozen=True)
class Scene:
    """Ada's Thunderbird, and what she and Chika of HR do from elsewhere."""

    site: Site
    client: Thunderbird
    ada: Door
    chika: Door

    def lines(self, book: str, name: str) -> list[str]:
        """What the server has of a card, in 3.0, unfolded, less what tells when it was changed."""
        answer = self.ada.ask("GET", f"/ada/{book}/{name}", accept="text/vcard; version=3.0")
        assert answer.status == 200
        text = answer.body.decode().replace("\r\n ", "")
        return [line for line in text.splitlines() if not line.startswith("REV")]

    def put(self, who: Door, path: str, body: bytes) -> Answer:
        answer = who.ask("PUT", path, body)
        assert answer.status in {201, 204}, answer
        return answer

    def sent(self, book: str, uid: str, act: Callable[[], object]) -> None:
        """Do something in Thunderbird, and wait until the server has answered what it then sends."""
        before = self.client.call("tag", book, uid)
        act()
        wait_until(lambda: self.client.call("tag", book, uid) != before, "the server has what Thunderbird sent")
        assert self.client.call("waiting", book) == []


@pytest.fixture
def scene(company: Site, tmp_path: Path) -> Iterator[Scene]:
    password = company.device_password("ada")
    with serving(company), thunderbird(tmp_path / "thunderbird") as client:
        ada, chika = dav(company.http_port, "ada", password), dav(company.http_port, "chika")
        made = Scene(company, client, ada, chika)
        assert_it_finds_the_books(made, password)
        client.connect("ada", password, company.url)
        yield made
        company.assert_quiet_log()


def assert_it_finds_the_books(scene: Scene, password: str) -> None:
    """By the server's name alone, by the address of everything, and one book by its own address."""
    found = [("Contacts", "/dav/ada/contacts/"), ("Clients", "/dav/ada/clients/"), ("People", "/dav/ada/people/")]
    for location in ("", "/dav/", "/dav/ada/"):
        assert scene.client.discover("ada", password, scene.site.url + location) == found
    assert scene.client.discover("ada", password, f"{scene.site.url}/dav/ada/people/") == found[2:]


def test_thunderbird_does_a_days_work(scene: Scene) -> None:
    assert scene.client.books() == [Book("Clients", is_read_only=False, count=0), Book("Contacts", is_read_only=False, count=0),
                                    Book("People", is_read_only=True, count=SIZE)]  # fmt: skip
    assert_people_are_shown_and_found(scene)
    assert_people_are_found_by_ldap(scene)
    assert_an_ldap_directory_is_downloaded_whole(scene)
    assert_changes_arrive(scene)
    assert_a_card_is_made_changed_and_deleted(scene)
    assert_an_edit_loses_nothing(scene)
    assert_own_card_can_be_edited_and_nothing_else_among_the_people(scene)
    assert_a_strange_token_does_not_stop_it(scene)
    assert_what_may_not_be_seen_any_more_goes(scene)


def assert_people_are_shown_and_found(scene: Scene) -> None:
    page = scene.client.read("People", uuid_of("ada"))
    assert ADA_MOBILE in page.text
    assert not page.can_be_edited
    assert scene.client.complete("königs") == ["Bruno Königsmann <bruno@example.com>"]
    assert scene.client.complete("bruno@ex") == ["Bruno Königsmann <bruno@example.com>"]


def assert_people_are_found_by_ldap(scene: Scene) -> None:
    """As recipients and in the address book, however they are spelled, and for each reader what they may read."""
    for name, login, base in (("Company", "ada", PEOPLE), ("Contractor's", "esme", SUFFIX)):
        url = f"{scene.site.ldap_url}/{base}??sub?(objectClass=person)"
        scene.client.add_ldap(name, url, f"uid={login},{PEOPLE}", password_of(login))
    bruno = f"{NAMES['bruno']} <bruno@example.com>"
    assert bruno in scene.client.complete_by("Company", "bru")
    for typed in ("königs", "KONIGS", "bruno konigsmann", "bruno@ex"):
        assert scene.client.complete_by("Company", typed) == [bruno], typed
    assert scene.client.complete_by("Company", "nobody at all") == []
    assert scene.client.look_up("Company", "lukasinska") == [Colleague(NAMES["ada"], "ada@example.com", ADA_MOBILE)]
    assert scene.client.look_up("Contractor's", "ada lukasinska") == [Colleague(NAMES["ada"], mail="", mobile="")]


def assert_an_ldap_directory_is_downloaded_whole(scene: Scene) -> None:
    people = scene.client.download("Company")
    assert len(people) == SIZE
    assert Colleague(NAMES["ada"], "ada@example.com", ADA_MOBILE) in people


def assert_changes_arrive(scene: Scene) -> None:
    """One card changed, with a photo; one new; one gone."""
    bruno = scene.lines("people", f"{uuid_of('bruno')}.vcf")
    changed = [line.replace("Specialist 1", "Head of Sales") for line in bruno[:-1]] + [photo(40), "END:VCARD", ""]
    scene.put(scene.chika, f"/chika/people/{uuid_of('bruno')}.vcf", "\r\n".join(changed).encode())
    scene.put(scene.chika, "/chika/people/new.vcf", vcard_bytes("new", "Nora Neu", "EMAIL:nora@example.com"))
    gone = next(row.path for row in scene.chika.query("/chika/people/", _MAIL_IS.format("esme@example.com")).rows)
    assert scene.chika.ask("DELETE", gone.removeprefix("/dav")).status == 204
    before = scene.client.cards("People")
    scene.client.sync("People")
    after = scene.client.cards("People")
    assert after.keys() - before.keys() == {"new"}
    assert before.keys() - after.keys() == {uuid_of("esme")}
    assert {uid for uid in before.keys() & after.keys() if before[uid] != after[uid]} == {uuid_of("bruno")}
    page = scene.client.read("People", uuid_of("bruno"))
    assert "Head of Sales" in page.text
    assert page.photo_width == 40


_MAIL_IS = '<c:prop-filter name="EMAIL"><c:text-match match-type="equals">{}</c:text-match></c:prop-filter>'


def assert_a_card_is_made_changed_and_deleted(scene: Scene) -> None:
    uid = scene.client.call("create", "Contacts", {"#vcard-n-firstname": "Zoë", LAST_NAME: "Żuk", MAIL: "zoe@zuk.example"})
    wait_until(lambda: scene.client.call("tag", "Contacts", uid) != "", "the server has the new card")
    name = f"{uid}.vcf"
    assert "N:Żuk;Zoë;;;" in scene.lines("contacts", name)
    assert scene.client.complete("zuk") == scene.client.complete("żuk") == ["Zoë Żuk <zoe@zuk.example>"]
    scene.sent("Contacts", uid, lambda: scene.client.call("edit", "Contacts", uid, {LAST_NAME: "Zając"}))
    assert "N:Zając;Zoë;;;" in scene.lines("contacts", name)
    scene.client.sync("Contacts")
    assert "N:Zając;Zoë;;;" in scene.client.cards("Contacts")[uid]
    scene.client.call("remove", "Contacts", uid)
    wait_until(lambda: scene.ada.ask("GET", f"/ada/contacts/{name}").status == 404, "the server has deleted it")
    scene.client.sync("Contacts")
    assert scene.client.cards("Contacts") == {}


def assert_an_edit_loses_nothing(scene: Scene) -> None:
    """Thunderbird shows half of this card and respells all of it; only the line that was edited is another afterwards."""
    scene.put(scene.ada, "/ada/contacts/rich.vcf", vcard_bytes("rich", "Nina Nowak", *RICH, photo(50)))
    before = scene.lines("contacts", "rich.vcf")
    scene.client.sync("Contacts")
    page = scene.client.read("Contacts", "rich")
    assert page.photo_width == 50
    for shown in ("+49 30 3", "ul. Polna 2", "nina@home.example", "April 3, 1980"):
        assert shown in page.text
    for old, new in (("Nowak", "Neu"), ("Neu", "Nowotny")):
        scene.sent("Contacts", "rich", lambda new=new: scene.client.call("edit", "Contacts", "rich", {LAST_NAME: new}))
        after = scene.lines("contacts", "rich.vcf")
        assert sorted(set(after) ^ set(before)) == sorted([f"N:{old};Nina;;;", f"N:{new};Nina;;;"])
        before = after


def assert_own_card_can_be_edited_and_nothing_else_among_the_people(scene: Scene) -> None:
    """As in a Thunderbird that was set up while Ada could still write the people: it would let her."""
    assert "read-only" in scene.client.call("refusal", "People", uuid_of("ada")).lower()
    scene.client.call("believeWritable", "People")
    scene.sent(
        "People", uuid_of("ada"), lambda: scene.client.call("edit", "People", uuid_of("ada"), {"vcard-tel input[type=tel]": "+49 30 9"})
    )
    name = f"{uuid_of('ada')}.vcf"
    assert any("+49 30 9" in line for line in scene.lines("people", name)), scene.lines("people", name)

    name = f"{uuid_of('dov')}.vcf"
    before = scene.lines("people", name)
    scene.client.call("edit", "People", uuid_of("dov"), {LAST_NAME: "Boss"})
    scene.client.call("idle")
    assert scene.lines("people", name) == before
    scene.put(scene.chika, "/chika/people/another.vcf", vcard_bytes("another", "Anna Other"))
    scene.client.sync("People")
    assert "another" in scene.client.cards("People")
    assert "Boss" not in scene.client.cards("People")[uuid_of("dov")]


def assert_a_strange_token_does_not_stop_it(scene: Scene) -> None:
    """As after a restore of the server, or of Thunderbird's folder: it has everything again, also what went meanwhile."""
    assert scene.chika.ask("DELETE", "/chika/people/another.vcf").status == 204
    for token in ("http://other.example/42", "nonsense", ""):
        scene.client.call("setToken", "People", token)
        scene.client.sync("People")
        assert scene.client.cards("People").keys() == uids(scene)


def uids(scene: Scene) -> set[str]:
    """Of all that Ada may see among the people: their entries are named by UID, but those that Chika made."""
    rows = scene.ada.propfind("/ada/people/", "{DAV:}getetag", depth="1").rows
    return {row.path.rpartition("/")[2].removesuffix(".vcf") for row in rows[1:]}


def assert_what_may_not_be_seen_any_more_goes(scene: Scene) -> None:
    """Fewer rights on a book show at the next sync as cards with less in them."""
    scene.site.run("grant", "add", "account:ada", "view", "--book", "people", "--reads", "public")
    scene.client.sync("People")
    after = scene.client.cards("People")
    assert len(after) == len(uids(scene))
    assert not any(line.startswith(("EMAIL", "PHOTO")) for line in after[uuid_of("bruno")].splitlines())
    assert scene.client.complete_by("Company", "bruno@ex") == []
