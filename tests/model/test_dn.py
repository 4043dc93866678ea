# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dirserver.errors import BadInput
from dirserver.model.dn import DN, Ava, escape

SUFFIX = DN.of_domain("example.com")
_values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_avas = st.builds(Ava, st.sampled_from(["cn", "uid", "ou", "2.5.4.3"]), _values)
_names = st.lists(st.lists(_avas, min_size=1, max_size=3).map(tuple), max_size=5).map(lambda rdns: DN(tuple(rdns)))


@given(name=_names)
def test_what_is_written_is_read_back(name: DN) -> None:
    assert DN.parse(str(name)) == name


@pytest.mark.parametrize(
    "text, rdns",
    [
        ("", ()),
        ("uid=ada,ou=people,dc=example,dc=com", (("uid", "ada"), ("ou", "people"), ("dc", "example"), ("dc", "com"))),
        ("UID = ada ; OU = people", (("uid", "ada"), ("ou", "people"))),
        ('cn="Smith, Zoë",o=x', (("cn", "Smith, Zoë"), ("o", "x"))),
        ("cn=Smith\\, Zo\\C3\\AB", (("cn", "Smith, Zoë"),)),
        ("cn=\\ two \\ ", (("cn", " two  "),)),
        ("cn=a\\+b\\=c\\#", (("cn", "a+b=c#"),)),
        ("cn=", (("cn", ""),)),
        ("2.5.4.3=Ada", (("2.5.4.3", "Ada"),)),
    ],
)
def test_names_are_read_as_rfc_4514_has_them(text: str, rdns: tuple[tuple[str, str], ...]) -> None:
    assert DN.parse(text) == DN(tuple((Ava(*rdn),) for rdn in rdns))


@pytest.mark.parametrize(
    "text, position",
    [
        ("ada", "4"),
        ("=ada", "1"),
        ("uid=ada,", "9"),
        ("uid=ada,,o=x", "9"),
        ("uid=#04036164", "5"),
        ('cn="open', "4"),
        ('cn="a"b', "7"),
        ("cn=a\\", "backslash"),
        ("cn=a\\z", "5"),
        ("cn=a<b", "5"),
        ("cn=a\x00", "5"),
        ("cn=\\FF", "UTF-8"),
        ("cn=\ud800", "UTF-8"),
        ("+=x", "1"),
    ],
)
def test_what_is_no_name_is_told_with_its_place(text: str, position: str) -> None:
    with pytest.raises(BadInput, match=position):
        DN.parse(text)


def test_a_name_of_too_many_parts_is_refused() -> None:
    with pytest.raises(BadInput, match="64"):
        DN.parse(",".join(["ou=x"] * 10_000))


def test_equal_names_share_a_key() -> None:
    assert DN.parse("UID=Ada+CN=Łuk, OU=people").key == DN.parse("cn=luk+uid=ADA,ou=People").key
    assert DN.parse("uid=ada").key != DN.parse("cn=ada").key


def test_names_are_within_their_parents() -> None:
    people = SUFFIX.child("OU", "people")
    ada = people.child("uid", "ada")
    assert str(ada) == "uid=ada,ou=people,dc=example,dc=com"
    assert ada.parent == people
    assert DN().parent == DN()
    assert all(ada.is_within(base) for base in (ada, people, SUFFIX, DN(), DN.parse("DC=Example, dc=COM")))
    assert not people.is_within(ada)
    assert not ada.is_within(DN.of_domain("ample.com"))


@pytest.mark.parametrize(
    "value, escaped",
    [(" a ", "\\ a\\ "), ("#a", "\\#a"), ("a#", "a#"), ('a,b+c"d\\e<f>g;h', 'a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h'), ("a\nb", "a\\0Ab")],
)
def test_what_has_a_meaning_is_escaped(value: str, escaped: str) -> None:
    assert escape(value) == escaped
