# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dirserver.care.spellings import Spellings
from dirserver.model.modification import Modification, Operation
from dirserver.store.entries import books
from tests.cast import uuid_of


def test_counts_follow_what_is_written_and_what_goes(company, parts):
    kept = Spellings()

    def counted():
        with parts.store.reading() as tx:
            book = books.by_slug(tx, "people")
            found = kept.of(tx, book)
            assert found == Spellings().of(tx, book)
            return found

    assert counted() == {"sales": 8}
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("zoe"), [Modification("ou", Operation.REPLACE, ("Slaes", "IT"))])
        writing.trash(uuid_of("dov"))
    assert counted() == {"sales": 6, "slaes": 1, "it": 1}
    with parts.directory.writing(company.system) as writing:
        writing.modify(uuid_of("zoe"), [Modification("ou", Operation.REPLACE, ())])
        writing.restore(uuid_of("dov"))
    assert counted() == {"sales": 7}
    with parts.directory.writing(company.system) as writing:
        writing.renew_epochs()
    assert counted() == {"sales": 7}
