# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.batches import Batches
from dirserver.care.checks import Standards
from dirserver.care.duplicates import Duplicates
from dirserver.care.looking import Looking
from dirserver.care.trash import Trash
from dirserver.directory.changes.merging import Merge
from dirserver.errors import NotAllowed
from dirserver.model.entry import State
from tests.cast import CLIENTS, PEOPLE, make_company, uuid_of
from tests.parts import open_parts


@pytest.fixture
def parts(copied_url):
    opened = open_parts(copied_url)
    yield opened
    opened.close()


def test_what_went_where_is_told_to_who_may_delete(parts):
    company = make_company(parts)
    acme, zuraw = uuid_of("Acme GmbH"), uuid_of("Żuraw sp. z o.o.")
    looking = Looking(parts.store, Standards())
    Duplicates(parts.store, parts.directory, looking, clock=parts.clock).merge(company.ada, Merge(acme, zuraw))
    trash, batches = Trash(parts.store, parts.directory), Batches(parts.store, parts.directory)
    (away,) = trash.away(company.ada, CLIENTS, State.TRASHED)
    assert away.survivor is not None
    assert (away.entry.uuid, away.survivor.uuid) == (zuraw, acme)
    assert trash.counts(company.ada, CLIENTS)[State.TRASHED] == 1
    (listed,) = batches.newest(company.bruno, CLIENTS)
    assert (listed.batch.id, listed.entries, listed.is_undoable) == (away.batch, 1, True)
    with pytest.raises(NotAllowed):
        batches.newest(company.dov, CLIENTS)
    for ask in (trash.counts, lambda who, slug: trash.away(who, slug, State.TRASHED)):
        with pytest.raises(NotAllowed):
            ask(company.dov, PEOPLE)
