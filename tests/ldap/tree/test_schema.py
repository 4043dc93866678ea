# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

import pytest
from ldap3 import SchemaInfo
from ldaptor import schema as theirs

from dirserver.ldap.tree.classes import ENTRY_CLASSES
from dirserver.ldap.tree.schema import subschema
from dirserver.model.attribute import CANONICAL

VALUES = {attribute.name: attribute.values for attribute in subschema().attributes}
TYPES = [theirs.AttributeTypeDescription(value.encode()) for value in VALUES["attributeTypes"]]
CLASSES = [theirs.ObjectClassDescription(value.encode()) for value in VALUES["objectClasses"]]


def names_of(description: object) -> set[str]:
    return {name.decode().lower() for name in description.name}  # type: ignore[attr-defined]


def test_another_reader_understands_every_attribute_and_class() -> None:
    assert len(TYPES) == len(VALUES["attributeTypes"]) > len(CANONICAL)
    assert len(CLASSES) == len(VALUES["objectClasses"])


def test_ldap3_reads_all_of_it_as_a_schema_browser_does() -> None:
    raw = {name: [value.encode() for value in values] for name, values in VALUES.items()}
    read = SchemaInfo("cn=Subschema", raw, raw)
    assert len(read.attribute_types) == len(VALUES["attributeTypes"])
    assert len(read.object_classes) == len(VALUES["objectClasses"])
    assert len(read.ldap_syntaxes) == len(VALUES["ldapSyntaxes"])
    assert len(read.matching_rules) == len(VALUES["matchingRules"])
    assert read.attribute_types["surname"] is read.attribute_types["sn"]
    assert read.attribute_types["entryUUID"].no_user_modification
    assert read.object_classes["inetOrgPerson"].superior == ["organizationalPerson"]
    assert "sn" in read.object_classes["person"].must_contain
    assert "cn" in read.matching_rule_uses["caseIgnoreMatch"].apply_to
    assert "telephoneNumber" in read.matching_rule_uses["telephoneNumberSubstringsMatch"].apply_to


def test_every_attribute_that_we_know_is_published_under_all_its_names() -> None:
    published = set().union(*map(names_of, TYPES))
    for attribute in CANONICAL:
        assert {attribute.key, *(alias.lower() for alias in attribute.aliases)} <= published


def test_no_oid_and_no_name_stands_for_two_things() -> None:
    for things in (TYPES, CLASSES):
        oids = [thing.oid for thing in things]
        names = [name for thing in things for name in sorted(names_of(thing))]
        assert len(set(oids)) == len(oids)
        assert len(set(names)) == len(names)


def test_the_classes_of_entries_allow_every_attribute() -> None:
    allowed = {b"entrydn"}
    for each in CLASSES:
        if names_of(each) & {name.lower() for name in ENTRY_CLASSES}:
            allowed |= {name.lower() for name in (*each.must, *each.may)}
    missing = [attribute.name for attribute in CANONICAL if attribute.key.encode() not in allowed and not attribute.is_operational]
    assert missing == ["member"]


def test_what_classes_name_is_published() -> None:
    published = set().union(*map(names_of, TYPES))
    for each in CLASSES:
        assert {name.decode().lower() for name in (*each.must, *each.may)} <= published


@pytest.mark.parametrize("word", ["EQUALITY", "ORDERING", "SUBSTR"])
def test_each_matching_rule_that_is_used_is_described(word: str) -> None:
    described = {re.search(r"NAME '(\S+)'", value)[1] for value in VALUES["matchingRules"]}  # type: ignore[index]
    used = {found[1] for value in VALUES["attributeTypes"] if (found := re.search(rf"{word} (\S+)", value))}
    assert used
    assert used <= described


def test_each_syntax_that_is_used_is_described() -> None:
    described = {value.split()[1] for value in VALUES["ldapSyntaxes"]}
    used = {re.search(r"SYNTAX ([\d.]+)", value)[1] for value in (*VALUES["attributeTypes"], *VALUES["matchingRules"])}  # type: ignore[index]
    assert used <= described
