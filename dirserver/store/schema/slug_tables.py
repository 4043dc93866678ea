# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of names in URLs that were somebody's."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from dirserver.store.schema.tables import Key, metadata

former_slug = Table(
    "former_slug",
    metadata,
    Column("slug", Key, primary_key=True),
    # No foreign key: the label may be gone.
    Column("label_id", Integer),
    sqlite_with_rowid=False,
)
"""What a book, or the label ``label_id``, was called in URLs: phones may still hold what was there, and no change log of another one
would ever tell them that it is gone."""
