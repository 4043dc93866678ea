# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from dirserver.errors import BadInput, NotAllowed
from tests.cast import Company
from tests.parts import CoreParts


def test_an_owner_names_and_drops_their_book(parts: CoreParts, company: Company) -> None:
    with parts.directory.writing(company.ada) as writing:
        slug = writing.found_book("Suppliers", description="Whom we buy from")
    with parts.directory.writing(company.ada) as writing:
        writing.rename_book(writing.book(slug), " Our  suppliers ", description="")
        with pytest.raises(BadInput):
            writing.rename_book(writing.book(slug), " ")
    with parts.directory.reading(company.ada) as reading:
        assert (reading.book(slug).name, reading.book(slug).book.description) == ("Our suppliers", "")
    with parts.directory.writing(company.bruno) as writing, pytest.raises(NotAllowed):
        writing.drop_book(writing.book("clients"))
    with parts.directory.writing(company.ada) as writing:
        writing.drop_book(writing.book(slug))
    with parts.directory.reading(company.ada) as reading:
        assert slug not in [view.slug for view in reading.books()]
