# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import Conflict, NotAllowed
from dirserver.store.entries import entries
from tests.cast import Company
from tests.directory.changes.test_merging import add
from tests.parts import CoreParts


def test_only_the_trash_is_purged_and_by_who_manages_the_book(parts: CoreParts, company: Company) -> None:
    gone = add(parts, "people", "gone", cn="Gone Soon", mail="gone@example.com")
    with parts.directory.reading(company.bruno) as reading:
        token = reading.token(reading.book("people"))
    with pytest.raises(Conflict), parts.directory.writing(company.admin) as writing:
        writing.purge(gone)
    with parts.directory.writing(company.chika) as writing:
        writing.trash(gone)
    with pytest.raises(NotAllowed), parts.directory.writing(company.chika) as writing:
        writing.purge(gone)
    with parts.directory.writing(company.admin) as writing:
        writing.purge(gone)
    with parts.store.reading() as tx:
        assert entries.by_uuid(tx, gone) is None
    with parts.directory.reading(company.bruno) as reading:
        assert f"{gone}.vcf" in reading.changes(reading.book("people"), token).gone
