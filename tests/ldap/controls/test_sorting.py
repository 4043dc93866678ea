# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.ldap.controls import sorting
from dirserver.ldap.controls.sorting import AskedKey, Sort, Unsortable
from dirserver.ldap.wire.ber import ProtocolError
from dirserver.ldap.wire.message import Code, Control
from dirserver.model.attribute import ATTRIBUTES
from dirserver.model.order import MOST_KEYS, SortKey
from tests.ldap.answers import SSS, sort_by


def test_keys_are_read_with_rule_and_direction():
    read = sorting.read(sort_by("sn", "-givenName:2.5.13.3", is_critical=True))
    assert read == Sort((AskedKey("sn"), AskedKey("givenName", "2.5.13.3", is_reversed=True)), is_critical=True)


@pytest.mark.parametrize(
    "bad", [None, b"", b"\x30\x00", b"\x30\x02\x30\x00", b"\x30\x05\x30\x03\x04\x01s\x00", b"\x30\x08\x30\x06\x04\x01s\x82\x01\x00"]
)
def test_what_is_no_list_of_keys_is_a_fault_of_the_protocol(bad: bytes | None):
    with pytest.raises(ProtocolError):
        sorting.read(Control(SSS, value=bad))


def test_keys_are_understood_in_any_spelling_or_refused_with_the_reason():
    def understood(*keys: str) -> object:
        found = sorting.understood(sorting.read(sort_by(*keys)))
        return found if not isinstance(found, Unsortable) else found.code

    assert understood("SURNAME", "-2.5.4.42") == (SortKey("sn"), SortKey("givenname", is_reversed=True))
    assert understood("modifyTimestamp:generalizedTimeOrderingMatch") == (SortKey("modifytimestamp"),)
    assert understood("telephoneNumber:numericStringOrderingMatch") == (SortKey("telephonenumber"),)
    assert understood("sn:caseExactOrderingMatch") is Code.INAPPROPRIATE_MATCHING
    assert understood("sn", "surname") is Code.UNWILLING_TO_PERFORM
    assert understood(*list(ATTRIBUTES)[: MOST_KEYS + 1]) is Code.ADMIN_LIMIT_EXCEEDED


def test_values_become_keys_as_the_directory_has_them():
    def key(name: str, text: str) -> object:
        return sorting.key_of(ATTRIBUTES[name], text)

    assert (key("sn", " Łuk "), key("mobile", "+49 (30) 1"), key("sn", "")) == ("luk", "49301", None)
    assert (key("createtimestamp", "19700101000001Z"), key("createtimestamp", "soon")) == (1_000_000, None)
