# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given

from dirserver.card.card import Property
from dirserver.card.postal import from_ldap, has_only_street, is_empty, parts_of, to_ldap, with_part, written_lines
from tests.card.strategies import texts


@given(texts)
def test_lines_come_back_from_ldaps_syntax(lines: str) -> None:
    assert from_ldap(to_ldap(lines)) == lines
    assert "\n" not in to_ldap(lines)


def test_dollars_and_backslashes_are_escaped() -> None:
    assert to_ldap("1 $ave\\St\nTown") == "1 \\24ave\\5CSt$Town"
    assert from_ldap("1 \\24ave\\5cSt$Town") == "1 $ave\\St\nTown"


def test_an_unescaped_comma_is_text_and_missing_components_are_empty() -> None:
    address = Property("ADR", r";;Main St 5, 2nd floor\;b;Town")
    assert parts_of(address) == ["", "", "Main St 5, 2nd floor;b", "Town", "", "", ""]
    assert with_part(address, 3, "New; Town").value == r";;Main St 5, 2nd floor\;b;New\; Town;;;"


def test_what_an_address_says_is_seen() -> None:
    assert is_empty(Property("ADR", ";;; ;;;"))
    assert has_only_street(Property("ADR", ";;S;;;;"))
    assert not has_only_street(Property("ADR", ";;S;T;;;"))
    assert written_lines(parts_of(Property("ADR", "PO 1;Room;Street;Town;State;123;Land"))) == "Room\nStreet\nPO 1\n123 Town\nState\nLand"
