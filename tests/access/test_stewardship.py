# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.access.stewardship import is_steward, may_merge, require_merging, require_steward
from dirserver.access.view import FieldClasses, View
from dirserver.errors import NotAllowed
from dirserver.model.book import Level

ALL = frozenset({"*"})


def view(level, reads=ALL, writes=ALL):
    return View(level, reads, writes, FieldClasses({}))


def test_who_edits_a_book_looks_after_it_and_who_deletes_and_sees_all_merges():
    assert [is_steward(view(level)) for level in Level] == [False, False, True, True, True, True]
    assert [may_merge(view(level)) for level in Level] == [False, False, False, True, True, True]
    assert not may_merge(view(Level.OWN, frozenset({"cn"}), frozenset({"cn"})))
    for require in (require_steward, require_merging):
        with pytest.raises(NotAllowed, match="People"):
            require(view(Level.VIEW), "People")
