# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.config.about import abouts_of
from dirserver.config.pages_settings import PagesSettings


def test_without_a_word_nobody_embeds_the_search() -> None:
    assert PagesSettings().embed_origins == ()


def test_a_network_may_search_as_fast_as_some_people_type() -> None:
    about = abouts_of(PagesSettings)["embed_searches_a_minute"]
    assert about.minimum is not None
    assert about.maximum is not None
    assert about.minimum <= PagesSettings().embed_searches_a_minute <= about.maximum
