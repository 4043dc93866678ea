# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on their way in: between the page that takes one and the page that imports it, on whatever node; and what columns meant before."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from dirserver.store.schema.tables import Big, Key, metadata

upload = Table(
    "upload",
    metadata,
    Column("id", Key, primary_key=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_us", Big, nullable=False),
)
"""A file that somebody sent to import into a book; gone after a day, or when it is imported."""

upload_part = Table(
    "upload_part",
    metadata,
    Column("upload_id", Key, ForeignKey("upload.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""Its octets, a megabyte a row."""

import_mapping = Table(
    "import_mapping",
    metadata,
    Column("account_id", Integer, ForeignKey("account.id"), primary_key=True),
    Column("name", Key, primary_key=True),
    Column("text", Text, nullable=False),
)
"""What the columns of a list mean, kept by somebody under a name; JSON."""

import_run = Table(
    "import_run",
    metadata,
    Column("upload_id", Key, ForeignKey("upload.id"), primary_key=True),
    Column("state", Text, nullable=False),
    # Octets that were read, out of how many: the file is read three times.
    Column("done", Big, nullable=False),
    Column("total", Big, nullable=False),
    Column("reason", Text, nullable=False),
    Column("beat_us", Big, nullable=False),
)
"""How far the import of a file is that goes on beside the pages."""
