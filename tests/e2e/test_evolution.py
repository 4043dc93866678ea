# SPDX-License-Identifier: GPL-3.0-or-later
"""evolution-data-server, a real client, on a real site: GNOME's way to the same books."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import password_of
from tests.e2e.carddav import dav, vcard_bytes
from tests.e2e.evolution import Evolution, Refused, evolution
from tests.e2e.ldap_tools import PEOPLE
from tests.e2e.people import ADA_MOBILE, SIZE, uuid_of
from tests.e2e.site import Site, serving, wait_until
from tests.radicale_dirserver.wsgi import Door

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LINES = ("EMAIL;TYPE=WORK:nina@nowak.example", "X-ABC:kept", "item1.TEL:+49 30 3", "item1.X-ABLabel:Boss")
NINA = vcard_bytes("nina", "Nina Nowak", *LINES).decode()


def test_evolution_does_a_days_work(company: Site, tmp_path: Path) -> None:
    password = company.device_password("ada")
    with serving(company), evolution(tmp_path / "evolution") as client:
        found = client.ask("discover", company.url, "ada", password)
        assert sorted(found) == [["Clients", "/dav/ada/clients/"], ["Contacts", "/dav/ada/contacts/"], ["People", "/dav/ada/people/"]]
        for book in ("people", "contacts"):
            client.ask("open", book, f"{company.url}/dav/ada/{book}/", "ada", password)
        assert_people_are_found_and_left_alone(client)
        assert_people_are_found_by_ldap(client, company.ldap_port)
        assert_changes_arrive(client, dav(company.http_port, "chika"))
        assert_own_cards_go_up_change_and_go(client, dav(company.http_port, "ada", password))
        company.assert_quiet_log()


def assert_people_are_found_and_left_alone(client: Evolution) -> None:
    wait_until(lambda: len(client.ask("find", "people", "")) == SIZE, "all people are here")
    wait_until(lambda: client.ask("is_read_only", "people") and not client.ask("is_read_only", "contacts"), "it knows what may be changed")
    found = client.ask("find", "people", '(contains "full_name" "Łukasińska")')
    assert list(found) == [uuid_of("ada")]
    assert ADA_MOBILE in found[uuid_of("ada")]
    assert list(client.ask("find", "people", '(is "email" "bruno@example.com")')) == [uuid_of("bruno")]
    for act in (("add", "people", NINA), ("rename", "people", uuid_of("bruno"), "Boss"), ("remove", "people", uuid_of("bruno"))):
        with pytest.raises(Refused, match="Permission denied"):
            client.ask(*act)


def assert_people_are_found_by_ldap(client: Evolution, port: int) -> None:
    """However they are spelled, with all that their reader may read."""
    for name, login in (("company", "ada"), ("contractor's", "esme")):
        client.ask("open_ldap", name, "127.0.0.1", port, PEOPLE, f"uid={login},{PEOPLE}", password_of(login))
    for query in ('(contains "full_name" "königs")', '(beginswith "full_name" "KONIGS")', '(contains "x-evolution-any-field" "konigsm")',
                  '(is "email" "bruno@example.com")'):  # fmt: skip
        assert list(client.ask("find", "company", query)) == [f"uid=bruno,{PEOPLE}"], query
    (card,) = client.ask("find", "company", '(contains "full_name" "lukasinska")').values()
    for shown in ("FN:Ada Łukasińska", "N:Łukasińska;Ada;;;", "ada@example.com", ADA_MOBILE, "TITLE:Specialist 2"):
        assert shown in card
    (card,) = client.ask("find", "contractor's", '(contains "full_name" "lukasinska")').values()
    assert "FN:Ada Łukasińska" in card
    assert ADA_MOBILE not in card


def assert_changes_arrive(client: Evolution, chika: Door) -> None:
    bruno = f"/chika/people/{uuid_of('bruno')}.vcf"
    body = chika.ask("GET", bruno).body
    assert chika.ask("PUT", bruno, body.replace(b"Specialist 1", b"Head of Sales")).status == 204
    assert chika.ask("PUT", "/chika/people/new.vcf", vcard_bytes("new", "Nora Neu")).status == 201
    assert chika.ask("DELETE", f"/chika/people/{uuid_of('esme')}.vcf").status == 204
    before = client.ask("find", "people", "")
    client.ask("refresh", "people")
    wait_until(lambda: "new" in (found := client.ask("find", "people", "")) and uuid_of("esme") not in found, "the changes are here")
    after = client.ask("find", "people", "")
    assert {uid for uid in before.keys() & after.keys() if before[uid] != after[uid]} == {uuid_of("bruno")}
    assert "Head of Sales" in after[uuid_of("bruno")]


def assert_own_cards_go_up_change_and_go(client: Evolution, ada: Door) -> None:
    uid = client.ask("add", "contacts", NINA)
    path = next(row.path for row in ada.propfind("/ada/contacts/", "{DAV:}getetag", depth="1").rows[1:]).removeprefix("/dav")
    client.ask("rename", "contacts", uid, "Neu")
    lines = ada.ask("GET", path).body.decode().splitlines()
    assert {"N:Neu;Nina;;;", "FN:Nina Neu", *LINES} <= set(lines), lines
    client.ask("refresh", "contacts")
    assert list(client.ask("find", "contacts", "")) == [uid]
    client.ask("remove", "contacts", uid)
    assert ada.ask("GET", path).status == 404
    assert client.ask("find", "contacts", "") == {}
