# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter

import phonenumbers
import pytest
from email_validator import validate_email

from dirserver.card.fields import from_attributes
from dirserver.card.validate import validate
from dirserver.demo.people import SMALLEST, generate_csv, make_finn, make_people, plain
from dirserver.demo.work import DEPARTMENTS
from dirserver.errors import BadInput


@pytest.fixture(scope="module")
def people():
    return make_people(1000)


def test_the_same_number_gives_the_same_people(people):
    assert make_people(1000) == people
    first, second = io.BytesIO(), io.BytesIO()
    generate_csv(100, first)
    generate_csv(100, second)
    assert hashlib.sha256(first.getvalue()).digest() == hashlib.sha256(second.getvalue()).digest()


def test_nobody_shares_a_name_an_address_or_a_number(people):
    for part in ("uid", "uuid", "mail", "phone", "employee_number"):
        assert len({getattr(person, part) for person in people}) == 1000, part
    mobiles = [person.mobile for person in people if person.mobile]
    assert len(set(mobiles)) == len(mobiles) > 900


def test_addresses_and_numbers_are_valid(people):
    for person in people[:300]:
        validate_email(person.mail, check_deliverability=False, test_environment=True)
        for number in filter(None, (person.phone, person.mobile, person.home_phone)):
            assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number


def test_six_languages_are_spoken_about_equally(people):
    spoken = Counter(person.language for person in people)
    assert set(spoken) == {"es", "pl", "pt", "eo", "de", "en"}
    assert min(spoken.values()) > 100


def test_every_department_has_people_and_the_largest_makes_things(people):
    size = Counter(person.department.slug for person in people)
    assert {department.slug for department in DEPARTMENTS} < set(size)
    assert size.most_common(1)[0][0] == "engineering"


def test_the_chart_ends_at_one_head(people):
    by_uid = {person.uid: person for person in people}
    (head,) = (person for person in people if not person.manager)
    for person in people:
        steps = 0
        while person.manager:
            person = by_uid[person.manager]  # noqa: PLW2901 -- up the chart
            steps += 1
        assert person is head
        assert steps < 7


def test_the_cast_is_among_them_with_bruno_leading_ada(people):
    by_uid = {person.uid: person for person in people}
    assert by_uid["ada"].manager == "bruno"
    assert by_uid["ada"].department == by_uid["bruno"].department
    assert by_uid["chika"].department.slug == "hr"
    assert by_uid["dov"].department.slug == "it"
    assert by_uid["esme"].employee_type == "contractor"
    assert all(by_uid[uid].mobile and by_uid[uid].home_phone for uid in ("ada", "bruno", "chika", "dov", "esme"))
    assert "finn" not in by_uid


def test_finn_left_and_has_no_phones(people):
    finn = make_finn(people)
    assert (finn.uid, finn.manager, finn.phone, finn.mobile) == ("finn", "bruno", "", "")
    assert finn.uuid not in {person.uuid for person in people}


@pytest.mark.parametrize("size", range(SMALLEST, SMALLEST + 40))
def test_a_small_company_has_the_cast_too(size):
    uids = {person.uid for person in make_people(size)}
    assert len(uids) == size
    assert {"ada", "bruno", "chika", "dov", "esme"} < uids


def test_too_few_people_are_refused():
    with pytest.raises(BadInput, match="at least 20 people; 19 were asked for"):
        make_people(19)


def test_everybody_makes_a_card_that_can_be_stored(people):
    for person in people[:200]:
        validate(from_attributes(person.attributes, uid=person.uuid))


def test_the_csv_holds_everybody(people):
    stream = io.BytesIO()
    generate_csv(200, stream)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue().decode(), newline="")))
    assert len(rows) == 200
    expected = {person.uid: person for person in make_people(200)}
    for row in rows:
        person = expected[row["uid"]]
        assert (row["uuid"], row["cn"], row["mobile"], row["manager"]) == (person.uuid, person.display, person.mobile, person.manager)


def test_women_and_men_of_poland_have_their_form_of_the_name(people):
    families = {(person.is_woman, person.family) for person in people if person.language == "pl"}
    assert any(is_woman and family.endswith("ska") for is_woman, family in families)
    assert not any(is_woman and family.endswith("ski") for is_woman, family in families)


def test_plain_is_what_an_address_is_made_of():
    assert plain("Łukasz O'Größe-Ĵ") == "lukaszogrossej"
