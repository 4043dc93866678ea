# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.exchange.kinds import about, attribute_of, is_kind
from dirserver.model.attribute import find


@pytest.mark.parametrize(
    "attribute, label, given",
    [
        ("telephoneNumber", "", "telephoneNumber"),
        ("telephoneNumber", "* Work", "telephoneNumber"),
        ("telephoneNumber", "Mobile", "mobile"),
        ("telephoneNumber", "Home", "homePhone"),
        ("telephoneNumber", "Work Fax", "facsimileTelephoneNumber"),
        ("telephoneNumber", "Home Fax", "homeFacsimileTelephoneNumber"),
        ("telephoneNumber", "workFax", "facsimileTelephoneNumber"),
        ("telephoneNumber", "homeFax", "homeFacsimileTelephoneNumber"),
        ("telephoneNumber", "Pager", "pager"),
        ("telephoneNumber", "Grandma", "telephoneNumber"),
        ("mobile", "Komórka", "mobile"),
        ("mail", "* Home", "mozillaSecondEmail"),
        ("mail", "Other", "mail"),
        ("l", "Home", "mozillaHomeLocalityName"),
        ("l", "Work", "l"),
        ("labeledURI", "Home Page", "mozillaHomeUrl"),
        ("anniversary", "Anniversary", "anniversary"),
        ("anniversary", "Urodziny", "birthDate"),
        ("title", "Home", "title"),
    ],
)
def test_a_label_says_which_attribute_a_cell_gives(attribute: str, label: str, given: str):
    assert attribute_of(find(attribute), label) is find(given)


def test_what_no_attribute_holds_is_left_out():
    assert attribute_of(find("anniversary"), "First met") is None
    assert attribute_of(find("postOfficeBox"), "Home") is None


def test_columns_that_belong_together_begin_alike():
    assert is_kind("Phone 1 - Label")
    assert is_kind("E-mail 2 - Type")
    assert not is_kind("Organization 1 - Type")
    assert about("Phone 1 - Label") == about("phone 1 - Value") == "phone 1"
    assert about("Mail") == ""
