# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.tree.held import HeldAttribute, canonical, make_entry
from dirserver.ldap.tree.selection import select
from dirserver.ldap.wire import encode
from dirserver.model.filter import (
    TRUE,
    And,
    Approximate,
    AtLeast,
    AtMost,
    Equality,
    Extensible,
    Filter,
    Not,
    Or,
    Present,
    Substrings,
    Undefined,
)
from tests.ldap.speech import decode_answers

ENTRY = make_entry(
    "ou=Büro,dc=example",
    ("top", "organizationalUnit"),
    (HeldAttribute("ou", ("Büro",)), HeldAttribute("member", ("uid=Ada, ou=people,dc=example",)), HeldAttribute("description", ())),
    children=3,
)


@pytest.mark.parametrize(
    "wanted, holds",
    [
        (Present("objectClass"), True),
        (Present("OBJECTCLASS"), True),
        (Present("description"), False),
        (Not(Present("description")), True),
        (Equality("objectclass", "ORGANIZATIONALUNIT"), True),
        (Equality("objectclass", "2.5.6.5"), True),
        (Equality("ou", "buro"), True),
        (Equality("organizationalUnitName", "BÜRO"), True),
        (Equality("member", "UID=ada,OU=People , DC=example"), True),
        (Equality("member", "no dn"), False),
        (Not(Equality("member", "no dn")), False),
        (Substrings("ou", "b", ("r",), "o"), True),
        (Substrings("ou", "", (" ",), ""), False),
        (Not(Substrings("ou", "", (" ",), "")), False),
        (Approximate("ou", "büro"), True),
        (AtLeast("ou", "a"), True),
        (AtMost("ou", "a"), False),
        (Equality("hasSubordinates", "true"), True),
        (Equality("numSubordinates", "3"), True),
        (Not(Equality("hasSubordinates", "maybe")), False),
        (Not(Substrings("member", "uid=")), False),
        (Not(Equality("entryUUID", "no uuid")), False),
        (AtMost("numSubordinates", "12"), True),
        (Not(AtLeast("numSubordinates", "many")), False),
        (Equality("entryDN", "OU=büro,DC=Example"), True),
        (Equality("unheardOf", "x"), False),
        (Not(Equality("unheardOf", "x")), False),
        (Or((Equality("unheardOf", "x"), Equality("ou", "büro"))), True),
        (And((Equality("unheardOf", "x"), Equality("ou", "büro"))), False),
        (Not(Equality("ou;lang-de", "x")), False),
        (Extensible("ou", None, "büro"), False),
        (Undefined(), False),
        (TRUE, True),
    ],
)
def test_filters_have_three_values(wanted: Filter, holds: bool) -> None:
    assert ENTRY.satisfies(wanted) is holds


def shown(*asked: str, types_only: bool = False) -> dict[str, list[bytes]]:
    (answer,) = decode_answers(encode.message(1, ENTRY.encode(select(asked), types_only=types_only)))
    assert answer.dn == "ou=Büro,dc=example"
    return answer.attributes


def test_what_is_asked_is_shown() -> None:
    assert shown() == {
        "objectClass": [b"top", b"organizationalUnit"],
        "ou": ["Büro".encode()],
        "member": [b"uid=Ada, ou=people,dc=example"],
    }
    assert shown("ENTRYDN")["ENTRYDN"] == ["ou=Büro,dc=example".encode()]
    assert set(shown("+")) == {"entryDN", "entryUUID", "structuralObjectClass", "hasSubordinates", "numSubordinates", "subschemaSubentry"}
    assert shown("1.1") == {}
    assert shown("ou", types_only=True) == {"ou": []}


def test_the_same_name_has_the_same_uuid() -> None:
    again = make_entry("OU=Büro,DC=example", ("top",), (), children=0)
    uuids = [attribute.values for entry in (ENTRY, again) for attribute in entry.attributes if attribute.name == "entryUUID"]
    assert uuids[0] == uuids[1]


def test_names_are_known_by_alias_and_without_case() -> None:
    assert canonical("SURNAME") == "sn"
    assert canonical("userCertificate;binary") == "usercertificate"
    assert canonical("cn;lang-de") is None
    assert canonical("vendorName") == "vendorname"
    assert canonical("unheardOf") is None
