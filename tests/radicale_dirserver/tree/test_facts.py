# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from radicale_dirserver.tree.facts import Asker, Facts
from radicale_dirserver.tree.places import BookPlace, Home, Place, Root


@pytest.mark.parametrize("place, home", [(Root(), "/dav/ada/"), (Home("ADA"), "/dav/ADA/"), (BookPlace("Ada", "people"), "/dav/Ada/")])
def test_the_home_is_spelled_as_the_client_spells_it(place: Place, home: str):
    assert Facts("/dav", place, Asker("ada")).home == home
