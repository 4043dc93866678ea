# SPDX-License-Identifier: GPL-3.0-or-later
"""A database gives the number of a book that was never committed to the next one; rights on the first must not go with it."""

from __future__ import annotations

import contextlib

import pytest

from dirserver.errors import NotFound
from dirserver.model.book import BookKind, Level
from tests.cast import Company, draft
from tests.parts import CoreParts


class ChangedMindError(Exception):
    """Somebody thinks better of it."""


def test_a_book_is_not_taken_for_an_undone_one_of_the_same_number(parts: CoreParts, company: Company) -> None:
    with contextlib.suppress(ChangedMindError), parts.directory.writing(company.admin) as writing:
        undone = writing.add_book("~nova", BookKind.PERSONAL, "Nova's", owner_id=company.ada.account_id)
        assert undone.level is Level.NONE, "a personal book is its owner's even against administrators"
        raise ChangedMindError
    with parts.directory.writing(company.admin) as writing:
        made = writing.add_book("fresh", BookKind.SHARED, "Fresh")
        assert made.level is Level.OWN
        assert writing.add(made, draft("nova", "No", "Va", "", None)).name == "nova"
    with parts.directory.reading(company.admin) as reading:
        assert reading.count(reading.book("fresh")) == 1


def test_an_undone_book_is_found_by_no_glance_and_no_brief_writing(parts: CoreParts, company: Company) -> None:
    with contextlib.suppress(ChangedMindError), parts.directory.writing(company.admin) as writing:
        writing.add_book("fresh", BookKind.SHARED, "Fresh")
        assert writing.book("fresh").level is Level.OWN
        raise ChangedMindError
    assert parts.directory.at_a_glance(company.admin, lambda reading: reading.book("fresh")) is None
    with pytest.raises(NotFound), parts.directory.writing(company.admin, is_brief=True) as writing:
        writing.book("fresh")
