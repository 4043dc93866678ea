# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dirserver.card.card import Card, Property, Version
from dirserver.card.convert import convert
from dirserver.card.fields import attributes, from_attributes, patch
from dirserver.card.postal import to_ldap
from dirserver.card.writer import content_line
from dirserver.model.modification import Modification, Operation
from tests.card.strategies import texts

REPLACE = Operation.REPLACE
addresses = texts.map(lambda text: to_ldap(text.strip() or "x"))


def made(*lines: str, version: Version = Version.V3) -> Card:
    return Card(version, (Property("FN", "A"), *[Property(name, value) for name, _, value in (line.partition(":") for line in lines)]))


def after(card: Card, name: str, *values: str) -> list[str]:
    return [content_line(each) for each in patch(card, [Modification(name, REPLACE, values)]).properties[1:]]


@given(
    st.lists(addresses, min_size=1, max_size=3, unique=True),
    st.sampled_from(Version),
    st.sampled_from(["postalAddress", "homePostalAddress"]),
)
def test_whole_addresses_survive_the_card(values: list[str], version: Version, name: str) -> None:
    card = from_attributes({"cn": ["A"], name: values}, uid="1", version=version)
    assert list(attributes(card)[name]) == values


@given(addresses, texts.map(lambda text: text.strip() or "x"), st.sampled_from(Version))
def test_an_address_and_its_parts_both_survive(address: str, town: str, version: Version) -> None:
    card = from_attributes({"cn": ["A"], "l": [town], "postalAddress": [address]}, uid="1", version=version)
    assert attributes(card)["l"] == (town,)
    assert attributes(card)["postalAddress"] == (address,)


def test_an_address_that_is_only_lines_stands_in_the_street_where_phones_see_it() -> None:
    assert after(made(), "postalAddress", "Street 1$Town") == ["ADR;TYPE=WORK:;;Street 1\\nTown;;;;"]


def test_an_address_that_parts_cannot_say_becomes_a_label() -> None:
    assert after(made("ADR:;;S;T;;;"), "postalAddress", "Other") == ["ADR:;;S;T;;;", "LABEL:Other"]
    assert after(made("ADR:;;S;T;;;", version=Version.V4), "postalAddress", "Other$X") == ["ADR;LABEL=Other^nX:;;S;T;;;"]
    assert after(made("ADR:;;S;T;;;", "LABEL:Old"), "postalAddress", "New") == ["ADR:;;S;T;;;", "LABEL:New"]


def test_the_label_of_the_second_address_does_not_become_that_of_the_first() -> None:
    card = made("ADR:;;S1;T1;;;", "ADR:;;S2;T2;;;")
    changed = patch(card, [Modification("postalAddress", REPLACE, ("S1$T1", "Other"))])
    assert attributes(changed)["postalAddress"] == ("S1$T1", "Other")
    assert attributes(convert(convert(changed, Version.V4), Version.V3)) == attributes(changed)


def test_taking_an_address_away_leaves_its_parts() -> None:
    assert after(made("ADR:;;S;T;;;", "LABEL:Old"), "postalAddress") == ["ADR:;;S;T;;;"]
    assert after(made("ADR:;;S;;;;"), "postalAddress") == []


def test_a_part_goes_to_the_address_that_had_it() -> None:
    card = made("ADR:;;S1;;;;", "ADR:;;S2;T2;;;")
    assert after(card, "l", "T3") == ["ADR:;;S1;;;;", "ADR:;;S2;T3;;;"]
    assert after(card, "l", "T3", "T2") == ["ADR:;;S1;T3;;;", "ADR:;;S2;T2;;;"]
    assert after(card, "l", "T2", "T3", "T4") == ["ADR:;;S1;T3;;;", "ADR:;;S2;T2;;;", "ADR;TYPE=WORK:;;;T4;;;"]
    assert after(card, "street") == ["ADR:;;;T2;;;"]


def test_a_label_that_said_the_same_as_the_parts_follows_them() -> None:
    card = patch(made("ADR:;;S;T;;;", version=Version.V4), [Modification("postalAddress", REPLACE, ("x",))])
    same = Card(Version.V4, (card.properties[0], card.properties[1].with_params(())))
    assert after(same, "l", "New") == ["ADR:;;S;New;;;"]
    assert after(card, "l", "New") == ["ADR;LABEL=x:;;S;New;;;"]


def test_a_country_code_stands_beside_the_components() -> None:
    assert after(made("ADR:;;S;T;;;"), "c", "ES") == ["ADR;CC=ES:;;S;T;;;"]
    assert after(made(), "c", "ES") == ["ADR;TYPE=WORK;CC=ES:;;;;;;"]
