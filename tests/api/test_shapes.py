# SPDX-License-Identifier: GPL-3.0-or-later
"""What an entry looks like as JSON."""

from tests.cast import ADA_HOME, ADA_MOBILE, uuid_of


def test_an_entry_holds_what_its_reader_may_see_under_the_names_of_the_directory(ada):
    told = ada.ok("GET", "/people/ada")
    assert (told["id"], told["book"], told["name"]) == (uuid_of("ada"), "people", "ada")
    assert (told["kind"], told["state"]) == ("individual", "active")
    assert told["attributes"]["mobile"] == [ADA_MOBILE]
    assert told["attributes"]["homePhone"] == [ADA_HOME]
    assert told["attributes"]["manager"] == [f"urn:uuid:{uuid_of('bruno')}"]
    assert told["display"] == "Ada Łukasińska"
