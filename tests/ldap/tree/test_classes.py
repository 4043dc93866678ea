# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.tree.classes import CLASSES, attributes_of, class_key, class_named


def test_a_class_is_known_by_name_and_oid() -> None:
    person = class_named("PERSON ")
    assert person is not None
    assert class_named("2.5.6.6") is person
    assert class_named("person;x") is None
    assert class_key("2.5.6.6") == class_key("Person") == "person"
    assert class_key(" unHeardOf") == "unheardof"


def test_active_directorys_names_mean_ours() -> None:
    assert class_key("User") == class_key("contact") == class_key("inetOrgPerson")
    assert class_key("group") == class_key("groupOfNames")
    assert class_key("computer") == "computer"


def test_a_class_allows_what_those_above_it_allow() -> None:
    allowed = attributes_of("inetOrgPerson")
    assert {"objectClass", "cn", "sn", "telephoneNumber", "title", "mail"} <= set(allowed)
    assert len(set(allowed)) == len(allowed)
    assert attributes_of("unheardOf") == ()


def test_every_class_refines_one_that_exists() -> None:
    for each in CLASSES:
        assert each.above == "" or class_named(each.above) is not None
