# SPDX-License-Identifier: GPL-3.0-or-later
"""The company's groups among its people: a list to an iPhone, a group card to DAVx5, nobody to Thunderbird; kept by administrators."""

from __future__ import annotations

import re

from dirserver.identity.account import Scope
from dirserver.model.client import Family
from dirserver.model.principal import Principal
from dirserver.model.profile import ORGANISATION, Gal, GroupDialect, Rule, Settings
from tests.cast import device_of, uuid_of
from tests.parts import CoreParts
from tests.radicale_dirserver.test_groups import DAVX5, IPHONE, THUNDERBIRD, members
from tests.radicale_dirserver.wsgi import Answer, C, D, Door

BOOK = "/{}/people/"


def sync(door: Door, client: dict[str, str], token: str = "") -> Answer:
    body = f'<d:sync-collection xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/><c:address-data/></d:prop></d:sync-collection>'  # noqa: E501
    return door.ask("REPORT", BOOK.format(door.login), body, **client)


def groups(door: Door, client: dict[str, str]) -> dict[str, str]:
    """The cards of groups that a client gets, by name."""
    cards = (row.text(f"{C}address-data").replace("\r\n ", "") for row in sync(door, client).rows)
    return {found[1]: card for card in cards if "KIND:group" in card and (found := re.search("FN:(.*?)\r", card))}


def ids(*logins: str) -> set[str]:
    return {uuid_of(login) for login in logins}


def test_each_client_is_told_of_the_companys_groups_in_its_own_words(door: Door) -> None:
    iphone, android = groups(door, IPHONE), groups(door, DAVX5)
    assert set(iphone) == set(android) == {"contractors", "hr", "sales"}
    assert members(iphone["sales"]) == members(android["sales"]) == ids("ada", "bruno")
    assert "X-ADDRESSBOOKSERVER-KIND:group" in iphone["sales"]
    assert "KIND:group" in android["sales"].split("\r\n")
    assert len(sync(door, IPHONE).rows) == len(sync(door, THUNDERBIRD).rows) + 3
    assert groups(door, THUNDERBIRD) == {}
    assert not any("CATEGORIES" in row.text(f"{C}address-data") for row in sync(door, THUNDERBIRD).rows)
    assert set(groups(door.signed_as("esme"), IPHONE)) == {"contractors", "hr", "sales"}


def test_who_follows_its_token_hears_who_joined_left_and_what_is_called_otherwise(door: Door, core: CoreParts) -> None:
    tokens = {name: sync(door, client).token for name, client in (("iphone", IPHONE), ("davx5", DAVX5))}
    with core.directory.writing(Principal.system()) as writing:
        writing.add_member("sales", uuid_of("zoe"))
        writing.remove_member("hr", uuid_of("chika"))
        writing.change_group("contractors", name="Guests")
        writing.add_group("Board")
    for name, client in (("iphone", IPHONE), ("davx5", DAVX5)):
        told = [row.text(f"{C}address-data").replace("\r\n ", "") for row in sync(door, client, tokens[name]).rows]
        seen = {re.search("FN:(.*?)\r", card)[1]: members(card) for card in told}  # type: ignore[index]
        assert seen == {"sales": ids("ada", "bruno", "zoe"), "hr": set(), "Guests": ids("esme"), "Board": set()}, (
            "nobody's own card changed"
        )
    token = sync(door, IPHONE).token
    with core.directory.writing(Principal.system()) as writing:
        writing.drop_group("Board")
    assert [row.status for row in sync(door, IPHONE, token).rows] == [404]


def test_only_who_keeps_groups_may_change_them_and_the_others_are_answered_as_their_client_expects(door: Door) -> None:
    href = next(row.path for row in sync(door, DAVX5).rows if "FN:sales" in row.text(f"{C}address-data"))
    name = href.rpartition("/")[2]
    for who in ("ada", "chika"):
        other = door.signed_as(who)
        card = groups(other, DAVX5)["sales"].replace("FN:sales", "FN:mine")
        path = BOOK.format(who) + name
        refused = other.ask("PUT", path, card, content_type="text/vcard", **DAVX5)
        assert (refused.status, b"need-privileges" in refused.body) == (403, True)
        gone = other.ask("DELETE", path, **DAVX5)
        assert (gone.status, b"need-privileges" in gone.body) == (403, True)
        token = sync(other, IPHONE).token
        absorbed = other.ask(
            "PUT", path, groups(other, IPHONE)["sales"].replace("FN:sales", "FN:mine"), content_type="text/vcard", **IPHONE
        )
        assert (absorbed.status, "etag" in absorbed.headers) == (204, False)
        assert [row.path.rpartition("/")[2] for row in sync(other, IPHONE, token).rows] == [name], "the next sync puts it right"
        privileges = other.ask("PROPFIND", path, '<propfind xmlns="DAV:"><prop><current-user-privilege-set/></prop></propfind>', **DAVX5)
        assert f"{D}write-content" not in privileges.rows[0].names_in(f"{D}current-user-privilege-set")
    assert members(groups(door, IPHONE)["sales"]) == ids("ada", "bruno")


def test_an_administrators_phone_keeps_them(door: Door, core: CoreParts) -> None:
    core.identity.add_device_password("admin", label="phone", scope=Scope.ALL, secret=device_of("admin"))
    admin = door.signed_as("admin")
    for client, there, line, login in ((IPHONE, "sales", "X-ADDRESSBOOKSERVER-MEMBER", "zoe"), (DAVX5, "Sellers", "MEMBER", "dov")):
        found = next(row for row in sync(admin, client).rows if f"FN:{there}" in row.text(f"{C}address-data"))
        card = groups(admin, client)[there].replace("END:VCARD", f"{line}:urn:uuid:{uuid_of(login)}\r\nEND:VCARD")
        path, tag = BOOK.format("admin") + found.path.rpartition("/")[2], found.text(f"{D}getetag")
        done = admin.ask("PUT", path, card.replace("FN:sales", "FN:Sellers"), content_type="text/vcard", if_match=tag, **client)
        assert done.status == 204, done.body
    assert members(groups(door, IPHONE)["Sellers"]) == ids("ada", "bruno", "zoe", "dov")
    with core.directory.reading(Principal.system()) as reading:
        assert {one.name for one in reading.group("sellers").members} == {"ada", "bruno", "zoe", "dov"}


def test_a_company_may_keep_them_from_its_phones_and_find_them_by_the_gateway(door: Door, core: CoreParts) -> None:
    query = f'<c:addressbook-query xmlns:d="DAV:" xmlns:c="{C[1:-1]}"><d:prop><d:getetag/></d:prop><c:filter><c:prop-filter name="FN"><c:text-match>hr</c:text-match></c:prop-filter></c:filter></c:addressbook-query>'  # noqa: E501
    assert len(door.ask("REPORT", "/ada/directory/", query, **IPHONE).rows) == 1
    with core.directory.writing(Principal.system()) as writing:
        writing.set_profile(Rule(ORGANISATION, Family.IOS, Settings(Gal.SYNCED, groups=GroupDialect.NONE)))
    assert groups(door, IPHONE) == {}
    assert door.ask("REPORT", "/ada/directory/", query, **IPHONE).rows == []


MEMBERSHIP, MEMBERS, TYPE, NAME = f"{D}group-membership", f"{D}group-member-set", f"{D}resourcetype", f"{D}displayname"


def own_groups(door: Door) -> list[str]:
    """The addresses of the groups that somebody is in."""
    return [path.removeprefix("/dav") for path in door.propfind(f"/{door.login}/", MEMBERSHIP).rows[0].hrefs(MEMBERSHIP)]


def test_a_persons_principal_names_the_groups_that_they_are_in_and_each_is_a_principal(door: Door) -> None:
    (group,) = own_groups(door)
    answer = door.propfind(group, NAME, TYPE, MEMBERS, MEMBERSHIP, f"{D}principal-URL", f"{D}resource-id", f"{C}addressbook-home-set")
    row = answer.rows[0]
    assert (row.path, row.text(NAME), row.names_in(TYPE)) == (f"/dav{group}", "sales", {f"{D}principal"})
    assert sorted(row.hrefs(MEMBERS)) == ["/dav/ada/", "/dav/bruno/"]
    assert row.hrefs(MEMBERSHIP) == []
    assert row.hrefs(f"{D}principal-URL") == [f"/dav{group}"]
    assert row.missing == (f"{C}addressbook-home-set",), "a group has no books of its own"
    found = door.ask("REPORT", "/", '<d:principal-match xmlns:d="DAV:"><d:self/><d:prop><d:displayname/></d:prop></d:principal-match>')
    assert [each.text(NAME) for each in found.rows] == ["Ada Łukasińska", "sales"]
    assert door.ask("PUT", group, "BEGIN:VCARD").status == door.ask("DELETE", group).status == 405


def test_a_group_that_one_isnt_in_looks_like_one_that_isnt_there(door: Door, core: CoreParts) -> None:
    (contractors,) = own_groups(door.signed_as("esme"))
    theirs = contractors.replace("/esme/", "/ada/")
    nobodys = "/ada/.groups/00000000-0000-4000-8000-000000000000"
    answers = [door.propfind(path, NAME) for path in (theirs, nobodys, contractors)]
    assert [answer.status for answer in answers] == [404, 404, 404]
    assert "contractors" not in "".join(answer.body.decode() for answer in answers)
    (group,) = own_groups(door)
    with core.directory.writing(Principal.system()) as writing:
        writing.remove_member("sales", uuid_of("ada"))
    assert own_groups(door) == [], "an answer that was held is not given any more"
    assert door.propfind(group, NAME).status == 404
