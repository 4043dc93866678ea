# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from unicodedata import normalize

from sqlalchemy import select, text

from dirserver.card.fields import from_attributes
from dirserver.directory.views.entry import Draft
from dirserver.store.schema.tables import entry
from tests.cast import CLIENTS, draft, make_company
from tests.parts import open_parts

KEYS = select(entry.c.uuid, entry.c.key_es, entry.c.key_pl, entry.c.key_eo).order_by(entry.c.uuid)


def test_names_that_are_here_already_get_their_places_in_each_alphabet(copied_url):
    parts = open_parts(copied_url)
    company = make_company(parts)
    with parts.directory.writing(company.system) as writing:
        book = writing.book("people")
        for number, family in enumerate(("Żaba, Łoś", normalize("NFD", "Ñandú"), "Ĉambro;Ŭ", "Ł" * 250, "Plain")):
            writing.add(book, draft(f"p{number}", "Świt", family, "Clerk", None))
        writing.add(writing.book(CLIENTS), Draft(from_attributes({"cn": ("Zakład Ślusarski",)}, uid="urn:firm")))
    with parts.store.writing() as tx:
        known = tx.connection.execute(KEYS).all()
        assert sum(any(row[1:]) for row in known) >= 6
        for order in ("es", "pl", "eo"):
            tx.connection.execute(text(f"DROP INDEX ix_entry_key_{order}"))
            tx.connection.execute(text(f"ALTER TABLE entry DROP COLUMN key_{order}"))
        tx.connection.execute(text("DROP TABLE former_slug"))
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '0030'"))
    parts.close()
    again = open_parts(copied_url)
    with again.store.reading() as tx:
        assert tx.connection.execute(KEYS).all() == known
    again.close()
