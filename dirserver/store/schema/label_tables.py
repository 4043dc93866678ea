# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of shared labels: to whom a label is granted, and what was once in it and is gone for good."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from dirserver.store.schema.tables import Big, metadata

label_grant = Table(
    "label_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("label_id", Integer, ForeignKey("entry.id"), nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Integer, nullable=False, server_default="0"),
    Column("level", Integer, nullable=False),
    Column("reads", Text, nullable=False),
    Column("writes", Text, nullable=False),
    UniqueConstraint("label_id", "subject_kind", "subject_id"),
)
"""Grants on labels, as ``permission`` has them on books; ``label_id`` is the label's group. A label in the trash keeps them for the day
it comes back: it has no members until then."""

once_labelled = Table(
    "once_labelled",
    metadata,
    Column("label_id", Integer, primary_key=True, autoincrement=False),
    # No foreign keys: what they name may be gone.
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Column("left_number", Big),
    sqlite_with_rowid=False,
)
"""What ``labelled`` said of entries that were removed for good: who follows the label learns that they are gone, and nobody else."""
