# SPDX-License-Identifier: GPL-3.0-or-later
"""All doors agree: for each of the cast the pages, LDAP, CardDAV and the export show the same people with the same values."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest
import vobject

from tests.e2e.carddav import dav
from tests.e2e.ldap_tools import ldapsearch
from tests.e2e.pages import Pages, text_of
from tests.e2e.people import NAMES, SIZE, uuid_of
from tests.e2e.site import Site, copied, serving
from tests.radicale_dirserver.wsgi import C

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PHONES = ("telephoneNumber", "mobile", "homePhone")
FIELDS = ("cn", "title", "mail", *PHONES)
HIDDEN = {
    # What each of the cast must not see of a colleague: the policy that a new directory starts with.
    "ada": {"homePhone"},
    "bruno": {"homePhone"},
    "chika": set(),
    "dov": {"homePhone"},
    "esme": {"mail", "mobile", "homePhone"},
}
Person = Mapping[str, frozenset[str]]
People = dict[str, Person]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, company_folder: Path) -> Iterator[Site]:
    """The company, served."""
    with serving(copied(company_folder, tmp_path_factory.mktemp("agreement") / "site")) as made:
        yield made


@pytest.fixture(scope="module")
def everything(site: Site) -> People:
    """All that is stored."""
    return by_export(site)


def person(values: Mapping[str, Iterable[str]]) -> Person:
    """Comparable values: texts as they are, numbers by their digits."""
    return {
        name: frozenset(re.sub(r"\D", "", value) if name in PHONES else value for value in values.get(name, ()) if value) for name in FIELDS
    }


def by_ldap(site: Site, login: str) -> People:
    found = ldapsearch(site.ldap_url, login, "(objectClass=person)", "entryUUID", *FIELDS)
    assert found.code == 0, found.told
    return {values["entryUUID"][0]: person(values) for values in found.entries.values()}


def by_carddav(site: Site, login: str) -> People:
    door = dav(site.http_port, login)
    home = f"/{login}/people/"
    paths = [row.path for row in door.sync(home).rows if row.found]
    # Paths are given with the mount, as the door tells them.
    rows = door.multiget(home, paths, data="<c:address-data/>").rows
    assert len(rows) == len(paths)
    people: People = {}
    for row in rows:
        card = vobject.readOne(row.text(f"{C}address-data"))
        values: dict[str, list[str]] = {name: [] for name in FIELDS}
        for attribute, contents in (("cn", "fn"), ("title", "title"), ("mail", "email")):
            values[attribute] += [each.value for each in card.contents.get(contents, ())]
        for each in card.contents.get("tel", ()):
            kinds = {kind.upper() for kind in each.params.get("TYPE", ())}
            values["mobile" if "CELL" in kinds else "homePhone" if "HOME" in kinds else "telephoneNumber"].append(each.value)
        people[row.path.rpartition("/")[2].removesuffix(".vcf")] = person(values)
    return people


def by_export(site: Site, *options: str) -> People:
    rows = csv.DictReader(io.StringIO(site.run("export", "--book", "people", "--format", "csv", *options)))
    return {row["uuid"]: person({name: [row.get(name) or ""] for name in FIELDS}) for row in rows}


@pytest.mark.parametrize("login", NAMES)
def test_everybody_is_shown_the_same_people_at_every_door(site: Site, login: str) -> None:
    ldap = by_ldap(site, login)
    assert len(ldap) == SIZE
    assert by_carddav(site, login) == ldap
    assert by_export(site, "--as", login) == ldap
    own = uuid_of(login)
    for field in FIELDS:
        seen = {uuid for uuid, values in ldap.items() if values[field]}
        assert seen <= {own} if field in HIDDEN[login] else len(seen) > 1, field
        assert own in seen, "who sees their own card sees all of it"


@pytest.mark.parametrize("login", NAMES)
def test_the_pages_show_the_same_people(site: Site, everything: People, login: str) -> None:
    pages = Pages(site.http_port, login)
    ldap = by_ldap(site, login)
    names: list[str] = []
    page, has_more = 1, True
    while has_more:
        shown = pages.get(f"/?part=results&page={page}")
        names += map(unescape, re.findall(r'class="row-name" href="[^"]*"><bdi>(.*?)</bdi>', shown))
        page, has_more = page + 1, 'rel="next"' in shown
    assert sorted(names) == sorted(name for values in ldap.values() for name in values["cn"])
    for uuid in (*sorted(ldap)[:5], *sorted(ldap)[-25:]):
        text = unescape(text_of(pages.get(f"/people/{uuid}")))
        digits = re.sub(r"\D", "", text)
        for field, values in ldap[uuid].items():
            for value in values:
                assert value in (digits if field in PHONES else text), (uuid, field)
        for field in HIDDEN[login]:
            every = everything[uuid][field]
            for value in every - ldap[uuid][field]:
                assert value not in (digits if field in PHONES else text), (uuid, field)
