# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.cast import ADA_HOME, ADA_MOBILE, uuid_of
from tests.radicale_dirserver.wsgi import C, D, Door, vcard

DATA = f"{C}address-data"


def text(name: str, value: str, attributes: str = "") -> str:
    return f'<c:prop-filter name="{name}"><c:text-match {attributes}>{value}</c:text-match></c:prop-filter>'


def found(door: Door, conditions: str, book: str = "people", **options) -> set[str]:
    login = door.login
    answer = door.query(f"/{login}/{book}/", conditions, **options)
    uuids = {uuid_of(name): name for name in ("ada", "bruno", "chika", "dov", "esme", "finn", "zoe", "ludo")}
    return {uuids[row.path.rpartition("/")[2].removesuffix(".vcf")] for row in answer.rows if row.status is None}


@pytest.mark.parametrize(
    "conditions, people",
    [
        (text("FN", "lukasin"), {"ada"}),
        (text("FN", "ŁUKASIŃ"), {"ada"}),
        (text("N", "ozturk", 'match-type="equals"'), set()),
        (text("N", "Öztürk;Chika;;;", 'match-type="equals"'), {"chika"}),
        (text("N", "ozturk"), {"chika"}),
        (text("EMAIL", "dov@example.com", 'match-type="equals"'), {"dov"}),
        (text("EMAIL", "@example.com", 'match-type="ends-with"'), {"ada", "bruno", "chika", "dov", "esme", "finn", "zoe", "ludo"}),
        (text("TITLE", "dev", 'match-type="starts-with"'), {"finn", "zoe"}),
        (text("ORG", "sales"), {"ada", "bruno", "chika", "dov", "esme", "finn", "zoe", "ludo"}),
        (text("TEL", "01515550101"), {"ada"}),
        (text("TEL", ADA_MOBILE), {"ada"}),
        (text("FN", "smidt") + text("FN", "smith"), {"ludo", "zoe"}),
        (text("FN", "%"), set()),
        (text("FN", "_"), set()),
        ('<c:prop-filter name="NICKNAME"/>', set()),
        (
            '<c:prop-filter name="X-NEVER"><c:is-not-defined/></c:prop-filter>',
            {"ada", "bruno", "chika", "dov", "esme", "finn", "zoe", "ludo"},
        ),
        (text("TITLE", "dev", 'negate-condition="yes"'), {"ada", "bruno", "chika", "dov", "esme", "ludo"}),
    ],
)
def test_people_are_found(door: Door, conditions: str, people: set[str]):
    assert found(door, conditions) == people


def test_conditions_may_all_have_to_hold(door: Door):
    both = text("TITLE", "developer") + text("FN", "zoe")
    assert found(door, both, test="allof") == {"zoe"}
    assert found(door, both, test="anyof") == {"zoe", "finn"}


def test_what_one_may_not_see_one_cannot_find(door: Door):
    esme = door.signed_as("esme")
    for value in (ADA_MOBILE, "01515550101", "5550101"):
        assert found(door, text("TEL", value)) == {"ada"}
        assert found(esme, text("TEL", value)) == set()
    assert found(esme, text("EMAIL", "ada@example.com")) == set()
    assert found(door.signed_as("dov"), text("TEL", ADA_HOME)) == set()


def test_what_one_may_not_see_is_missing_for_one(door: Door):
    without_mail = '<c:prop-filter name="EMAIL"><c:is-not-defined/></c:prop-filter>'
    assert found(door, without_mail) == set()
    assert found(door.signed_as("esme"), without_mail) == {"ada", "bruno", "chika", "dov", "finn", "zoe", "ludo"}


def test_cards_come_redacted(door: Door):
    row = door.signed_as("esme").query("/esme/people/", text("FN", "ada")).rows[0]
    assert "FN:Ada" in row.text(DATA)
    assert ADA_MOBILE not in row.text(DATA)


def test_a_limit_cuts_with_507(door: Door):
    answer = door.query("/ada/people/", text("ORG", "sales"), limit=3)
    assert [row.status for row in answer.rows] == [None, None, None, 507]
    assert answer.rows[-1].path == "/dav/ada/people/"
    assert answer.xml.find(f".//{D}number-of-matches-within-limits") is not None


def test_a_limit_that_is_not_reached_cuts_nothing(door: Door):
    answer = door.query("/ada/people/", text("ORG", "sales"), limit=8)
    assert [row.status for row in answer.rows] == [None] * 8


def test_a_limit_counts_what_matches_not_what_was_looked_at(door: Door):
    answer = door.query("/ada/people/", text("TITLE", "dev", 'negate-condition="yes"'), limit=6)
    assert [row.status for row in answer.rows] == [None] * 6


def test_the_gateway_finds_people_under_its_own_address(door: Door):
    rows = door.query("/ada/directory/", text("FN", "zoe")).rows
    assert [row.path for row in rows] == [f"/dav/ada/directory/{uuid_of('zoe')}.vcf"]
    assert door.ask("GET", rows[0].path.removeprefix("/dav")).status == 200


def test_an_empty_filter_finds_the_whole_book(door: Door):
    assert len(found(door, "")) == 8


def test_a_personal_book_can_be_searched(door: Door):
    door.ask("PUT", "/ada/contacts/n.vcf", vcard("n", "TEL;TYPE=HOME:+48 600 100 200", name="Nina Nowak"))
    rows = door.query("/ada/contacts/", text("TEL", "600100200")).rows
    assert [row.path for row in rows] == ["/dav/ada/contacts/n.vcf"]
    assert door.query("/ada/people/", text("TEL", "600100200")).rows == []


def test_an_unknown_collation_is_refused_by_name(door: Door):
    answer = door.query("/ada/people/", text("FN", "x", 'collation="i;odd"'))
    assert (answer.status, answer.preconditions) == (403, [f"{C}supported-collation"])
