# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.demo.tongues import TONGUES
from dirserver.demo.work import DEPARTMENTS, HEAD_TITLES, JOB_TITLES, LEAD_TITLES


def test_every_language_has_titles_for_everybody():
    for tongue in TONGUES:
        assert HEAD_TITLES[tongue.tag]
        assert len(LEAD_TITLES[tongue.tag]) == 2
        assert len(JOB_TITLES[tongue.tag][""]) >= 5


def test_departments_have_names_of_their_own():
    for part in ("slug", "name", "code"):
        assert len({getattr(department, part) for department in DEPARTMENTS}) == len(DEPARTMENTS)
    assert {"engineering", "sales", "hr", "it"} <= {department.slug for department in DEPARTMENTS}
