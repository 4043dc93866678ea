# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.store.entries import books, leading
from dirserver.store.entries.entries import Reach
from tests.cast import make_company, uuid_of
from tests.parts import open_parts


def test_who_leads_whom_is_told_of_everybody_in_reach_and_of_some(copied_url):
    parts = open_parts(copied_url)
    make_company(parts)
    with parts.store.reading() as tx:
        book = books.by_slug(tx, "people").id
        everybody = leading.everybody(tx, book, Reach(is_whole=True, with_groups=False))
        assert len(everybody) == 8
        assert [one.sort_key for one in everybody] == sorted(one.sort_key for one in everybody)
        (ada,) = (one for one in everybody if one.uuid == uuid_of("ada"))
        assert ada.manager == uuid_of("bruno")
        reach = Reach(is_whole=False, person=uuid_of("ada"), with_own=True, with_groups=False)
        assert leading.everybody(tx, book, reach) == (ada,) == leading.those(tx, book, [ada.id, 0])
    parts.close()
