# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.ldap.steps import Step, Then


def test_a_step_counts_no_entries_unless_it_says_so() -> None:
    assert Step([], Then.MORE).entries == 0
