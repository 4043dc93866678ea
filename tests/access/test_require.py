# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.access.require import require_level, require_writable
from dirserver.access.view import FieldClasses, View, nothing
from dirserver.errors import NotAllowed
from dirserver.model.book import Level
from tests.cast import CLASSES

VIEW = View(Level.EDIT, frozenset({"public"}), frozenset({"title", "work"}), FieldClasses.of(CLASSES))


@pytest.mark.parametrize("level", [level for level in Level if level > Level.NONE])
def test_from_nothing_every_level_is_refused_with_a_reason(level: Level) -> None:
    with pytest.raises(NotAllowed, match="People"):
        require_level(nothing(VIEW.classes), level, "People")


def test_a_level_includes_those_before_it() -> None:
    for level in Level:
        if level <= Level.EDIT:
            require_level(VIEW, level, "People")
        else:
            with pytest.raises(NotAllowed):
                require_level(VIEW, level, "People")


def test_the_first_field_that_may_not_be_written_is_named() -> None:
    require_writable(VIEW, ["title", "MAIL", "businessRole"])
    with pytest.raises(NotAllowed, match="homePhone"):
        require_writable(VIEW, ["title", "homePhone", "description"])
    with pytest.raises(NotAllowed, match="cn"):
        require_writable(VIEW, ["cn"])
