# SPDX-License-Identifier: GPL-3.0-or-later
"""What entries stand in order by: one folded key, and where names have letters of their own in a language, another for its order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, func
from sqlalchemy.sql.elements import ColumnElement

from dirserver.store.schema.tables import entry


def own_key(order: str, of: FromClause = entry) -> ColumnElement[Any]:
    """Return the column of keys that an order (not "") has of its own: NULL where an entry's is ``sort_key``."""
    return of.c[f"key_{order}"]


def name_in(order: str, of: FromClause = entry) -> ColumnElement[Any]:
    """Return what entries sort by in an order of ``model.alphabet``. An index gives it only in two parts: see ``own_key``."""
    return func.coalesce(own_key(order, of), of.c.sort_key) if order else of.c.sort_key
