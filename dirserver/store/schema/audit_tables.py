# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the schema that says who did what. Rules: see ``store.schema.tables``."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from dirserver.store.schema.tables import Big, Key, metadata

audit_event = Table(
    "audit_event",
    metadata,
    Column("number", Big, primary_key=True, autoincrement=False),
    Column("at_us", Big, nullable=False),
    Column("actor", Key, nullable=False),
    Column("credential", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("action", Key, nullable=False),
    Column("target", Key, nullable=False, index=True),
    Column("about", Key, nullable=False),
    Column("fields", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
"""Who did what; triggers refuse every UPDATE and DELETE, and each row holds the hash of the one before."""
