# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.principal import Principal
from dirserver.model.profile import ORGANISATION, Gal, Rule, Settings
from tests.cast import uuid_of
from tests.parts import CoreParts
from tests.radicale_dirserver.wsgi import Answer, C, D, Door, S

ASKED = "<prop><displayname/><s:email-address-set/><resourcetype/><c:addressbook-home-set/><c:principal-address/></prop>"
NAME, MAIL = "<displayname/>", "<s:email-address-set/>"


def asked(*terms: tuple[str, str], more: str = "", test: str = "") -> str:
    listed = "".join(f"<property-search><prop>{name}</prop><match>{text}</match></property-search>" for name, text in terms)
    return (
        f'<principal-property-search xmlns="DAV:" xmlns:c="{C[1:-1]}" xmlns:s="{S[1:-1]}"{test}>{listed}{ASKED}{more}'
        "</principal-property-search>"
    )


def search(door: Door, *terms: tuple[str, str], path: str = "/", more: str = "", test: str = "", depth: str = "0") -> Answer:
    return door.ask("REPORT", path, asked(*terms, more=more, test=test), depth=depth)


def test_people_are_found_by_part_of_their_name_in_any_case(door: Door):
    rows = search(door, (NAME, "SMI")).rows
    assert [row.path for row in rows] == ["/dav/zoe/", "/dav/ludo/"] or {row.path for row in rows} == {"/dav/zoe/", "/dav/ludo/"}
    zoe = next(row for row in rows if row.path == "/dav/zoe/")
    assert zoe.text(f"{D}displayname") == "Zoë Smith"
    assert zoe.found[f"{S}email-address-set"].findtext(f"{S}email-address") == "zoe@example.com"
    assert zoe.hrefs(f"{C}principal-address") == [f"/dav/ada/people/{uuid_of('zoe')}.vcf"]
    assert zoe.names_in(f"{D}resourcetype") == {f"{D}principal"}


def test_their_homes_are_not_told_and_do_not_answer(door: Door):
    row = search(door, (NAME, "zoë")).rows[0]
    assert row.missing == (f"{C}addressbook-home-set",)
    assert door.propfind(row.path.removeprefix("/dav"), f"{D}displayname").status == 404


def test_a_hidden_value_finds_nobody(door: Door):
    esme = door.signed_as("esme")
    assert search(esme, (MAIL, "zoe@")).rows == []
    found = search(esme, (NAME, "zoë")).rows[0]
    assert f"{S}email-address-set" in found.missing


def test_who_has_left_or_has_no_card_among_the_people_is_not_found(door: Door):
    assert search(door, (NAME, "Finn")).rows == []
    assert search(door, (NAME, "Printer")).rows == []


def test_one_finds_oneself_once(door: Door):
    assert [row.path for row in search(door, (NAME, "łukasi")).rows] == ["/dav/ada/"]
    admin = Door(door.app, "admin", password="admin-has-a-long-password")
    assert "/dav/admin/" in search(admin, (NAME, "admin")).by_path


def test_terms_join(door: Door):
    assert search(door, (NAME, "zoë"), (MAIL, "ludo@")).rows == []
    assert len(search(door, (NAME, "zoë"), (MAIL, "ludo@"), test=' test="anyof"').rows) == 2
    assert search(door, ("<getetag/>", "zoë")).rows == []


def test_below_a_home_there_are_no_principals_unless_everywhere_is_meant(door: Door):
    assert search(door, (NAME, "zoë"), path="/ada/").rows == []
    assert len(search(door, (NAME, "zoë"), path="/ada/", more="<apply-to-principal-collection-set/>").rows) == 1


@pytest.mark.parametrize("text", ["%", "_", "*", "&lt;", "\\", "&#9;", "x" * 20_000])
def test_odd_texts_find_nobody(door: Door, text: str):
    assert search(door, (NAME, f"{text}zz")).rows == []


def test_another_depth_is_a_bad_request(door: Door):
    assert search(door, (NAME, "zoë"), depth="1").status == 400


def test_a_card_is_named_where_the_askers_program_is_given_it(door: Door, core: CoreParts):
    def told(agent: str) -> list[str]:
        return door.ask("REPORT", "/", asked((NAME, "zoë")), depth="0", user_agent=agent).rows[0].hrefs(f"{C}principal-address")

    assert told("iOS/17.4 (21E219) dataaccessd/1.0") == [f"/dav/ada/people/{uuid_of('zoe')}.vcf"]
    (address,) = told("Mac OS X/10.13.1 (17B48) AddressBook/1806")
    assert address == f"/dav/ada/directory/{uuid_of('zoe')}.vcf"
    assert door.ask("GET", address.removeprefix("/dav"), user_agent="Mac OS X/10.13.1 (17B48) AddressBook/1806").status == 200
    with core.directory.writing(Principal.system()) as writing:
        writing.set_profile(Rule(ORGANISATION, None, Settings(gal=Gal.OFF)))
    row = search(door, (NAME, "zoë")).rows[0]
    assert f"{C}principal-address" in row.missing
