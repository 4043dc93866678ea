# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.model.book import BookKind, Level


def test_each_level_includes_those_before_it() -> None:
    assert sorted(Level) == [Level.NONE, Level.VIEW, Level.EDIT, Level.DELETE, Level.MANAGE, Level.OWN]


def test_people_come_before_shared_and_personal_books() -> None:
    assert list(BookKind) == [BookKind.PEOPLE, BookKind.SHARED, BookKind.PERSONAL]
