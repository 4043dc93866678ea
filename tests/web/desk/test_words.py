# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.care.checks import Code
from dirserver.care.likeness import Lane
from dirserver.care.reports import Topic
from dirserver.web.desk.words import CODES, LANE_HINTS, LANES, TOPICS, agreement, kind_of, row_word


def test_everything_that_can_be_found_has_a_name(app):
    assert (set(CODES), set(LANES), set(LANE_HINTS), set(TOPICS)) == (set(Code), set(Lane), set(Lane), set(Topic))
    with app.test_request_context("/"):
        assert agreement(("mobile", "name", "unheard-of")) == "mobile, name"
        assert (kind_of("merge"), kind_of("strange")) == ("Merge", "strange")
        assert [
            row_word(topic, word)
            for topic, word in ((Topic.DUPLICATES, "safe"), (Topic.GROWTH, "2026-01"), (Topic.AGE, "0-90"), (Topic.AGE, "360-"))
        ] == [
            "Safe to merge",
            "Jan 2026",
            "0 to 90",
            "360 and more",
        ]


def test_months_are_written_as_the_reader_writes_them(app):
    for language, wanted in (("pl", "sty 2026"), ("es", "ene 2026"), ("pt", "jan. 2026")):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            assert row_word(Topic.GROWTH, "2026-01") == wanted
