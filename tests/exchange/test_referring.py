# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.exchange.keys import By
from dirserver.exchange.referring import meant, references_of
from dirserver.exchange.row import Row

ADA = "0d6ef5c9-5bd5-4a1a-8c3e-1a2b3c4d5e6f"


@pytest.mark.parametrize(
    "text, by, key",
    [
        (f"urn:uuid:{ADA}", By.UUID, ADA),
        (ADA.upper(), By.UUID, ADA),
        (" ada ", By.NAME, "ada"),
        ("ada@example.com", By.NAME, "ada@example.com"),
        ("uid=ada,ou=people,dc=example,dc=com", By.NAME, "ada"),
        ("UID=a\\,da,ou=people", By.NAME, "a,da"),
        (f"entryUUID={ADA},dc=example,dc=com", By.UUID, ADA),
        ("cn=Ada,ou=people", By.DN, "cn=Ada,ou=people"),
        ("=,broken", By.DN, "=,broken"),
    ],
)
def test_a_reference_names_an_entry_in_many_ways(text, by, key):
    found = meant(text)
    assert (found.by, found.key) == (by, key)


def test_a_row_refers_by_manager_and_secretary():
    row = Row(2, values={"manager": ("bruno",), "secretary": (ADA,), "title": ("x=y",)})
    assert {(each.by, each.key) for each in references_of(row)} == {(By.NAME, "bruno"), (By.UUID, ADA)}
