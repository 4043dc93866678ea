# SPDX-License-Identifier: GPL-3.0-or-later
"""The walk that proves the house: one change on a page, seen and not seen through every door, and taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.browser import Visitor, chromium
from tests.e2e.carddav import dav
from tests.e2e.ldap_tools import ldapsearch
from tests.e2e.people import ADA_MOBILE, SIZE, uuid_of
from tests.e2e.site import Site, serving
from tests.e2e.sync_client import Pass, SyncClient

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NEW = "+49 151 5550199"
OLD = ADA_MOBILE
NOBODYS = "+49 151 7770199"
ADA_CARD = f"{uuid_of('ada')}.vcf"


@dataclass(frozen=True)
class Scene:
    """The running site, two browsers and two phones."""

    site: Site
    ada: Visitor
    esme: Visitor
    ada_phone: SyncClient
    esme_phone: SyncClient
    passwords: dict[str, str]

    def ldap_mobile(self, asker: str) -> tuple[str, ...]:
        found = ldapsearch(self.site.ldap_url, asker, "(uid=ada)", "mobile", "telephoneNumber", password=self.passwords[asker])
        assert list(found.names) == ["ada"], found
        (attributes,) = found.entries.values()
        assert len(attributes["telephoneNumber"]) == 1
        return attributes.get("mobile", ())

    def ldap_names(self, asker: str, condition: str) -> set[str]:
        found = ldapsearch(self.site.ldap_url, asker, condition, "uid", password=self.passwords[asker])
        assert found.code == 0, found.told
        return found.names

    def queried(self, asker: str, condition: str) -> set[str]:
        door = dav(self.site.http_port, asker, self.passwords[asker])
        return {row.path.rpartition("/")[2] for row in door.query(f"/{asker}/people/", condition).rows}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def scene(request: pytest.FixtureRequest, company_on: Callable[[str], Site], tmp_path: Path) -> Iterator[Scene]:
    """Everybody is there, and both phones have synced once."""
    site = company_on(request.param)
    passwords = {login: site.device_password(login) for login in ("ada", "esme", "dov")}
    with serving(site), chromium() as browser:
        phones = [SyncClient.connect(tmp_path / f"{login}-phone", site.url, login, passwords[login]) for login in ("ada", "esme")]
        for phone in phones:
            assert phone.sync() == Pass(copied=SIZE, deleted=0)
        visitors = [Visitor.sign_in(browser, site.url, login) for login in ("ada", "esme")]
        yield Scene(site, *visitors, *phones, passwords)
        site.assert_quiet_log()


def test_a_change_on_a_page_shows_at_every_door_to_those_who_may_see_it(scene: Scene) -> None:
    assert digits(OLD) in digits(scene.ada.person("ada"))
    assert_counts_are_equal(scene)
    first = scene.ada_phone.cards()

    scene.ada.change_mobile(NEW)
    assert [digits(number) for number in scene.ldap_mobile("dov")] == [digits(NEW)]
    assert_shown(scene, NEW, OLD)
    assert_probes_tell_those_who_may_see(scene, NEW)
    assert_one_card_came(scene.ada_phone, first, NEW, OLD)
    assert_esme_sees_ada_without_a_mobile(scene)
    for number in (NEW, OLD):
        assert_esme_cannot_find(scene, number)
    assert_counts_are_equal(scene)
    second = scene.ada_phone.cards()

    scene.ada.undo_last_change("ada")
    assert scene.ldap_mobile("dov") == (OLD,)
    assert_shown(scene, OLD, NEW)
    assert_one_card_came(scene.ada_phone, second, OLD, NEW)
    assert without_moment(scene.ada_phone.cards()[ADA_CARD]) == without_moment(first[ADA_CARD])
    assert_esme_sees_ada_without_a_mobile(scene)
    assert_esme_cannot_find(scene, OLD)
    assert_counts_are_equal(scene)


def assert_shown(scene: Scene, number: str, other: str) -> None:
    """Those who may see the number see it, at the page, by LDAP and in CardDAV's search."""
    page = digits(scene.ada.person("ada"))
    assert digits(number) in page
    assert digits(other) not in page
    assert scene.ada.search(number) == ["Ada Łukasińska"]
    assert scene.ada.search(other) == []
    for asker in ("ada", "dov"):
        assert scene.ldap_names(asker, f"(mobile={number})") == {"ada"}
        assert scene.ldap_names(asker, f"(mobile=*{digits(number)[-7:]})") == {"ada"}
        assert scene.ldap_names(asker, f"(mobile={other})") == set()
        assert scene.queried(asker, tel(digits(number)[-7:])) == {ADA_CARD}
        assert scene.queried(asker, tel(digits(other)[-7:])) == set()


def assert_one_card_came(phone: SyncClient, before: dict[str, bytes], number: str, other: str) -> None:
    """One pass brings exactly the changed card; another pass brings nothing."""
    assert phone.sync() == Pass(copied=1, deleted=0)
    after = phone.cards()
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == {ADA_CARD}
    assert digits(number) in digits(after[ADA_CARD].decode())
    assert digits(other) not in digits(after[ADA_CARD].decode())
    assert phone.sync() == Pass(copied=0, deleted=0)


def assert_esme_sees_ada_without_a_mobile(scene: Scene) -> None:
    """She sees the card with its work number, through all three doors, and no mobile in it; her phone has nothing to fetch."""
    assert scene.esme_phone.sync() == Pass(copied=0, deleted=0)
    card = scene.esme_phone.cards()[ADA_CARD].decode()
    page = scene.esme.person("ada")
    assert scene.ldap_mobile("esme") == ()
    for text in (card, page):
        assert "Ada" in text
        assert "49305551002" in digits(text)
        for number in (OLD, NEW):
            assert digits(number) not in digits(text)
        assert "ada@example.com" not in text


def assert_probes_tell_those_who_may_see(scene: Scene, number: str) -> None:
    """What Esme will ask in vain does tell a number from another one to somebody who may see it."""
    silent = [make(number) for make in LDAP_PROBES if scene.ldap_names("dov", make(number)) == scene.ldap_names("dov", make(NOBODYS))]
    # Numbers have no order, and this isn't a number at work or at home.
    expected = ("mobile>=", "mobile<=", "2.5.4.20=", "telephoneNumber=", "homePhone=")
    assert silent == [f"({assertion}{plain(number)})" for assertion in expected]
    silent = [make(digits(number)) for make in CARDDAV_PROBES if not telling(scene, make, number)]
    assert silent == []


def telling(scene: Scene, make: Callable[[str], str], number: str) -> bool:
    return scene.queried("dov", make(digits(number))) != scene.queried("dov", make(digits(NOBODYS)))


def assert_esme_cannot_find(scene: Scene, number: str) -> None:
    """Whatever she asks about the number is answered as if she had asked about a number that nobody has."""
    for make in LDAP_PROBES:
        assert scene.ldap_names("esme", make(number)) == scene.ldap_names("esme", make(NOBODYS)), make(number)
        assert "ada" not in scene.ldap_names("esme", make(number)), make(number)
    for make in CARDDAV_PROBES:
        probed = scene.queried("esme", make(digits(number)))
        assert probed == scene.queried("esme", make(digits(NOBODYS))), make(digits(number))
    assert ADA_CARD not in scene.queried("esme", tel(digits(number)[-7:]))
    for typed in (number, plain(number), "0" + digits(number)[2:], digits(number)[-7:], digits(number)[-4:]):
        assert "Ada Łukasińska" not in scene.esme.search(typed), typed
    assert scene.esme.search("Łukasińska") == ["Ada Łukasińska"]


LDAP_PROBES: tuple[Callable[[str], str], ...] = (
    lambda number: f"(mobile={number})",
    lambda number: f"(mobile={plain(number)})",
    lambda number: f"(mobile=*{digits(number)[-6:]})",
    lambda number: f"(mobile={plain(number)[:-2]}*)",
    lambda number: f"(mobile=*{digits(number)[3:-1]}*)",
    lambda number: f"(mobile>={plain(number)})",
    lambda number: f"(mobile<={plain(number)})",
    lambda number: f"(mobile~={plain(number)})",
    lambda number: f"(!(mobile={plain(number)}))",
    lambda number: f"(&(objectClass=person)(!(mobile=*{digits(number)[-6:]})))",
    lambda number: f"(&(uid=ada)(!(!(mobile={plain(number)}))))",
    lambda number: f"(&(uid=ada)(!(&(objectClass=person)(mobile={plain(number)}))))",
    lambda number: f"(|(mobile={plain(number)})(&(mobile=*)(uid=nobody)))",
    lambda number: f"(2.5.4.20={plain(number)})",
    lambda number: f"(0.9.2342.19200300.100.1.41={plain(number)})",
    lambda number: f"(mobileTelephoneNumber={plain(number)})",
    lambda number: f"(mobile:2.5.13.20:={plain(number)})",
    lambda number: f"(telephoneNumber={plain(number)})",
    lambda number: f"(homePhone={plain(number)})",
)


def tel(digits_: str, *, how: str = "contains", negated: str = "no", more: str = "") -> str:
    """A condition on a card's numbers."""
    match = f'<c:text-match match-type="{how}" negate-condition="{negated}">{digits_}</c:text-match>'
    return f'<c:prop-filter name="TEL" test="allof">{match}{more}</c:prop-filter>'


CARDDAV_PROBES: tuple[Callable[[str], str], ...] = (
    tel,
    lambda number: tel(number[-6:], how="ends-with"),
    lambda number: tel("+" + number[:-2], how="starts-with"),
    lambda number: tel("+" + number, how="equals"),
    lambda number: tel(number[-6:], negated="yes"),
    lambda number: tel(number[-6:], more='<c:param-filter name="TYPE"><c:text-match>cell</c:text-match></c:param-filter>'),
)


def assert_counts_are_equal(scene: Scene) -> None:
    """Every door, every way of asking, for both: the same number of people."""
    for login, visitor, phone in (("ada", scene.ada, scene.ada_phone), ("esme", scene.esme, scene.esme_phone)):
        door = dav(scene.site.http_port, login, scene.passwords[login])
        listed = [row for row in door.propfind(f"/{login}/people/", "{DAV:}getetag", depth="1").rows if row.path.endswith(".vcf")]
        exported = csv.reader(io.StringIO(scene.site.run("export", "--book", "people", "--format", "csv", "--as", login)))
        compared = [row for row in scene.site.json("check", "sync", "--as", login) if row["book"] == "people"]
        counts = {
            "page": visitor.count(),
            "LDAP": len(scene.ldap_names(login, "(objectClass=person)")),
            "CardDAV": len(listed),
            "sync": len([row for row in door.sync(f"/{login}/people/").rows if row.path.endswith(".vcf")]),
            "vdirsyncer": len(phone.cards()),
            "export": len(list(exported)) - 1,
            **{f"check: {row['asked_by']}": row["entries"] for row in compared},
        }
        assert set(counts.values()) == {SIZE}, counts
        assert len({row["digest"] for row in compared}) == 1, compared


def digits(text: str) -> str:
    """Only the digits of a text."""
    return "".join(character for character in text if character in "0123456789")


def plain(number: str) -> str:
    """A number as it is stored: E.164."""
    return "+" + digits(number)


def without_moment(card: bytes) -> list[bytes]:
    """The lines of a card less those that tell when it was changed."""
    return [line for line in card.split(b"\r\n") if not line.startswith(b"REV")]
