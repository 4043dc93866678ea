# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.care.batches import Batches
from dirserver.errors import NotFound
from tests.cast import CLIENTS, PEOPLE, make_company, uuid_of
from tests.parts import open_parts


def test_a_batch_shows_with_each_book_that_it_changed(copied_url):
    parts = open_parts(copied_url)
    company = make_company(parts)
    with parts.directory.writing(company.admin) as writing:
        batch = writing.begin_batch("import", "a.csv")
        writing.trash(uuid_of("Acme GmbH"))
        writing.archive(uuid_of("zoe"))
    batches = Batches(parts.store, parts.directory)
    for slug in (CLIENTS, PEOPLE):
        (listed,) = batches.newest(company.system, slug)
        assert (listed.batch.id, listed.batch.note, listed.entries) == (batch, "a.csv", 1)
    with pytest.raises(NotFound):
        batches.newest(company.esme, CLIENTS)
    parts.close()
