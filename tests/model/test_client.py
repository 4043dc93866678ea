# SPDX-License-Identifier: GPL-3.0-or-later
"""Families of clients."""

from dirserver.model.client import Family


def test_every_family_has_a_label_of_its_own() -> None:
    assert len({family.label for family in Family}) == len(Family)
