# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import BadInput
from dirserver.model.dn import DN, Ava, escape

SUFFIX = DN.of_domain("example.com")


def test_a_domain_is_a_suffix() -> None:
    assert str(SUFFIX) == "dc=example,dc=com"


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_value_survives_being_written_and_read(first: str, second: str) -> None:
    name = SUFFIX.child("ou", first).child("uid", second)
    assert DN.parse(str(name)) == name


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_as_bad_input(text: str) -> None:
    try:
        name = DN.parse(text)
    except BadInput:
        return
    assert DN.parse(str(name)).key == name.key


@pytest.mark.parametrize(
    "spelled",
    [
        "UID=ada,OU=People,DC=Example,DC=COM",
        "uid = ada , ou = people , dc = example , dc = com",
        "uid=ada;ou=people;dc=example;dc=com",
        'uid="ada",ou=people,dc=example,dc=com',
        r"uid=\61da,ou=people,dc=example,dc=com",
        "uid=ádà,ou=people,dc=example,dc=com",
        r"uid=\C3\81da,ou=people,dc=example,dc=com",
    ],
)
def test_spellings_of_one_name_are_equal(spelled: str) -> None:
    assert DN.parse(spelled).key == DN.parse("uid=ada,ou=people,dc=example,dc=com").key


def test_the_order_of_a_multivalued_rdn_does_not_count() -> None:
    assert DN.parse("cn=a+sn=b,dc=x").key == DN.parse("SN=B + cn=A,dc=x").key


def test_names_know_their_place() -> None:
    ada = SUFFIX.child("ou", "people").child("uid", "ada")
    assert ada.is_within(SUFFIX)
    assert ada.is_within(ada)
    assert ada.is_within(DN())
    assert not SUFFIX.is_within(ada)
    assert not DN.parse("uid=ada,dc=example,dc=org").is_within(SUFFIX)
    assert ada.parent == SUFFIX.child("ou", "people")
    assert DN().parent == DN()


@pytest.mark.parametrize("value", ["a,b", "+x", '"', "\\", " lead", "trail ", "#x", "a=b", "<>;", "\0", "line\nbreak", "Łukasz"])
def test_awkward_values_are_escaped(value: str) -> None:
    assert DN.parse(f"cn={escape(value)}") == DN(((Ava("cn", value),),))


@pytest.mark.parametrize(
    "text", ["ada", "=ada", "uid=ada,", "uid=ada,,dc=x", "uid=#61", 'uid="open', "uid=a\\", r"uid=a\zz", "uid=<a>", r"uid=\ff", '1x="']
)
def test_what_is_no_name_is_told_with_its_place(text: str) -> None:
    with pytest.raises(BadInput):
        DN.parse(text)


def test_a_name_without_end_is_refused() -> None:
    with pytest.raises(BadInput, match="parts"):
        DN.parse(",".join(["dc=x"] * 100_000))
