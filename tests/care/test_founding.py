# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.founding import CONTRACTORS, PEOPLE, found
from dirserver.errors import Conflict
from dirserver.model.book import BookKind, Level
from dirserver.model.principal import Principal


def test_a_new_directory_has_the_companys_book_with_grants_that_show_no_private_field_to_colleagues(parts):
    with parts.directory.writing(Principal.system()) as writing:
        found(writing)
    with parts.directory.reading(Principal.system()) as reading:
        people = reading.book(PEOPLE)
        grants = {str(each.subject): each for each in reading.grants(people)}
        assert people.book.kind is BookKind.PEOPLE
        assert reading.group(CONTRACTORS).members == ()
    assert grants["authenticated"].level is Level.VIEW
    assert grants["authenticated"].writes == ()
    assert not {"private", "hr", "*"} & set(grants["authenticated"].reads)
    assert grants["group:contractors"].reads == ("public",)
    assert "anonymous" not in grants


def test_a_directory_is_founded_once(parts):
    with parts.directory.writing(Principal.system()) as writing:
        found(writing)
    with pytest.raises(Conflict), parts.directory.writing(Principal.system()) as writing:
        found(writing)
