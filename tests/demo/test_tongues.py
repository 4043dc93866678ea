# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.demo.tongues import TONGUES


def test_the_company_speaks_six_languages():
    assert {tongue.tag for tongue in TONGUES} == {"es", "pl", "pt", "eo", "de", "en"}


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda tongue: tongue.tag)
def test_each_language_has_names_enough_and_none_twice(tongue):
    for names, fewest in ((tongue.women, 40), (tongue.men, 40), (tongue.families, 55)):
        assert len(names) >= fewest
        assert len(set(names)) == len(names)
        assert all(name == name.strip() and name[0].isupper() for name in names)


def test_polish_family_names_have_two_forms():
    polish = next(tongue for tongue in TONGUES if tongue.tag == "pl")
    assert "Kowalski/Kowalska" in polish.families
    assert all(family.count("/") <= 1 for family in polish.families)
