# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.model.entry import Kind


@pytest.mark.parametrize("text, kind", [("GROUP", Kind.GROUP), (" org ", Kind.ORG), ("", Kind.INDIVIDUAL), ("x-robot", Kind.INDIVIDUAL)])
def test_a_kind_is_read_in_any_case_and_what_is_unknown_is_an_individual(text: str, kind: Kind) -> None:
    assert Kind.of(text) is kind
