# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput
from dirserver.model.grant import Subject, SubjectKind


@pytest.mark.parametrize("text", ["account:ada", "group:hr", "group:a:b", "authenticated", "anonymous", "self", "manager"])
def test_a_subject_is_read_as_it_is_written(text: str) -> None:
    assert str(Subject.parse(text)) == text


def test_every_kind_can_be_written() -> None:
    assert {Subject.parse(f"{kind}:x" if kind in {"account", "group"} else kind).kind for kind in SubjectKind} == set(SubjectKind)


@pytest.mark.parametrize("text", ["", "ada", "account", "account:", "group:", "authenticated:ada", "self:ada", "Account:ada", "everyone"])
def test_who_is_nobody_is_told_the_choices(text: str) -> None:
    with pytest.raises(BadInput, match="account:LOGIN, group:NAME"):
        Subject.parse(text)
