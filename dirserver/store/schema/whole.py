# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole schema: every table, whichever file of this room describes it."""

from __future__ import annotations

from sqlalchemy import Table

from dirserver.store.schema import (
    audit_tables,
    care_tables,
    factor_tables,
    label_tables,
    outbox_tables,
    push_tables,
    self_service_tables,
    slug_tables,
    tables,
    upload_tables,
)

_FILES = (
    tables,
    audit_tables,
    care_tables,
    factor_tables,
    label_tables,
    outbox_tables,
    push_tables,
    self_service_tables,
    slug_tables,
    upload_tables,
)
TABLES: tuple[Table, ...] = tuple({table.key: table for file in _FILES for table in file.metadata.sorted_tables}.values())
"""Each behind those that it refers to."""
