# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dirserver.model.attribute import ATTRIBUTES, CANONICAL, FIELDS, OWN_FIELD, Syntax, find


def test_every_name_alias_and_oid_finds_its_attribute_in_any_case() -> None:
    for attribute in CANONICAL:
        for name in (attribute.name, *attribute.aliases, *([attribute.oid] if attribute.oid else [])):
            assert find(name) is attribute
            assert find(name.upper()) is attribute
            assert ATTRIBUTES[name.lower()] is attribute


@pytest.mark.parametrize("name", ["givenName;lang-pl", "GIVENNAME;x-opt;lang-en", " gn "])
def test_options_and_blanks_are_set_aside(name: str) -> None:
    found = find(name)
    assert found is not None
    assert found.name == "givenName"


def test_a_certificate_is_found_with_its_binary_option() -> None:
    found = find("userCertificate;binary")
    assert found is not None
    assert found.syntax is Syntax.BINARY


@pytest.mark.parametrize(
    "alias,canonical",
    [
        ("commonName", "cn"), ("surname", "sn"), ("gn", "givenName"), ("locality", "l"), ("region", "st"), ("streetAddress", "street"),
        ("company", "o"), ("department", "ou"), ("cellPhone", "mobile"), ("fax", "facsimileTelephoneNumber"), ("countryName", "c"),
        ("friendlyCountryName", "co"), ("zip", "postalCode"), ("sAMAccountName", "uid"), ("rfc822Mailbox", "mail"),
        ("mozillaNickname", "nickname"), ("homeMail", "mozillaSecondEmail"), ("roomNumber", "physicalDeliveryOfficeName"),
    ],
)  # fmt: skip
def test_clients_find_an_attribute_by_the_name_they_know(alias: str, canonical: str) -> None:
    found = find(alias)
    assert found is not None
    assert found.name == canonical


def test_an_unknown_name_finds_nothing() -> None:
    assert find("favouriteDrink") is None
    assert find("") is None


def test_operational_attributes_are_the_directorys_own() -> None:
    operational = {attribute.name for attribute in CANONICAL if attribute.is_operational}
    assert {"entryUUID", "createTimestamp", "modifyTimestamp", "creatorsName", "modifiersName", "memberOf", "entryDN"} == operational
    assert all(attribute.field == OWN_FIELD for attribute in CANONICAL if attribute.is_operational)


def test_attributes_of_one_property_share_its_field() -> None:
    assert len({ATTRIBUTES[name].field for name in ("l", "st", "street", "co", "postalcode", "physicaldeliveryofficename")}) == 1
    assert len({ATTRIBUTES[name].field for name in ("cn", "sn", "givenname", "displayname", "initials", "nickname")}) == 1
    assert ATTRIBUTES["o"].field == ATTRIBUTES["department"].field
    assert ATTRIBUTES["mobile"].field not in {ATTRIBUTES["telephonenumber"].field, ATTRIBUTES["homephone"].field}
    assert set(FIELDS) >= {"cn", "mail", "homeMail", "mobile", "jpegPhoto", "manager", OWN_FIELD}


def test_every_column_of_the_sample_list_is_known(shared_data: Path) -> None:
    with (shared_data / "people.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert [name for name in header if find(name) is None] == []
