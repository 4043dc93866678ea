# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.likeness import Lane, compare, is_role, traits_of

ANA = {"cn": "Ana Ruiz", "mail": "ana@example.com", "mobile": "+34600111222", "l": "Porto"}


def lane(other: dict[str, str], ours: dict[str, str] | None = None, shared: tuple[str, ...] = ()) -> Lane | None:
    one, two = ({name: (text,) for name, text in said.items()} for said in (ours or ANA, other))
    found = compare(traits_of(one), traits_of(two), shared)
    assert found == compare(traits_of(two), traits_of(one), shared)
    return found.lane if found is not None else None


@pytest.mark.parametrize(
    "other, expected",
    [
        ({"cn": "ANA RUÍZ", "mobile": "600 111 222"}, Lane.SAFE),
        ({"cn": "Ruiz, Ana", "mail": "ANA@example.com"}, Lane.SAFE),
        ({"cn": "Ana Ruiz", "mail": "ana@example.com", "mobile": "+34600999999"}, Lane.DECISION),
        ({"cn": "Ana Ruiz", "mobile": "+34600111222", "birthDate": "1990-01-01"}, Lane.SAFE),
        ({"cn": "Ana Ruiz-Soler", "mail": "ana@example.com"}, Lane.DECISION),
        ({"cn": "A. Ruiz", "mail": "ana@example.com"}, Lane.DECISION),
        ({"cn": "Ana Riuz", "mobile": "+34600111222"}, Lane.DECISION),
        ({"cn": "Bob Stone", "mail": "ana@example.com"}, Lane.REVIEW),
        ({"cn": "Ana Ruiz", "l": "Porto"}, Lane.DECISION),
        ({"cn": "Ana Ruiz"}, Lane.REVIEW),
        ({"cn": "Ana Ruiz", "l": "Lugo"}, None),
        ({"cn": "Ana Ruiz", "mail": "x@example.com", "mobile": "+34600999999", "l": "Porto"}, None),
        ({"cn": "Bob Stone", "telephoneNumber": "+34600111222"}, None),
        ({"cn": "Bob Stone"}, None),
    ],
)
def test_a_pair_goes_to_the_lane_that_its_evidence_allows(other: dict[str, str], expected: Lane | None) -> None:
    assert lane(other) is expected


def test_what_rules_a_pair_out_and_what_several_people_share_are_no_strong_keys() -> None:
    born = ANA | {"birthDate": "1990-01-01"}
    assert lane({"cn": "Ana Ruiz", "mobile": "+34600111222", "birthDate": "1991-01-01"}, born) is Lane.DECISION
    assert lane({"cn": "Ana Ruiz", "mail": "ana@example.com"}, shared=("ana@example.com",)) is Lane.REVIEW
    office = {"cn": "Ana Ruiz", "mail": "office.62@example.com"}
    assert lane({"cn": "Bob Stone", "mail": "office.62@example.com"}, office) is None
    assert [is_role(mail) for mail in ("info@x.pl", "sales-es@x.pl", "infante@x.pl")] == [True, True, False]
