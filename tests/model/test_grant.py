# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput
from dirserver.model.grant import Subject, SubjectKind


@pytest.mark.parametrize("text", ["account:ada", "group:hr", "group:Help desk: north", "authenticated", "anonymous", "self", "manager"])
def test_a_subject_survives_being_written_and_read(text: str) -> None:
    assert str(Subject.parse(text)) == text


@pytest.mark.parametrize("text", ["", "ada", "account", "account:", "group:", "self:ada", "everybody", "Account:ada"])
def test_what_is_nobody_to_grant_to_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(BadInput, match="use account:LOGIN"):
        Subject.parse(text)


def test_the_kinds_are_ordered_from_the_most_specific() -> None:
    assert list(SubjectKind)[:4] == [SubjectKind.ACCOUNT, SubjectKind.GROUP, SubjectKind.AUTHENTICATED, SubjectKind.ANONYMOUS]
