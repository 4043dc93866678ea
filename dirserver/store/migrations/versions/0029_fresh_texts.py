# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite's trigram index takes many contacts at a time: each alone cost a sixth of a PUT.

Revision: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of what waits, and the triggers that fill it (decision 0038). On PostgreSQL it stays empty."""
    op.create_table(
        "haystack_fresh",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("was", sa.Text()),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_haystack_fresh")),
    )
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in ("haystack_added", "haystack_changed", "haystack_dropped"):
        op.execute(f"DROP TRIGGER {name}")
    op.execute(
        "CREATE TRIGGER haystack_added AFTER INSERT ON haystack BEGIN "
        "INSERT INTO haystack_fresh(entry_id, was) VALUES (new.entry_id, NULL); END"
    )
    # What the index holds of an entry is what it was before the first of several changes.
    op.execute(
        "CREATE TRIGGER haystack_changed AFTER UPDATE ON haystack BEGIN "
        "INSERT OR IGNORE INTO haystack_fresh(entry_id, was) VALUES (new.entry_id, old.text); END"
    )
    op.execute(
        "CREATE TRIGGER haystack_dropped AFTER DELETE ON haystack BEGIN "
        "INSERT INTO haystack_fts(haystack_fts, rowid, text) "
        "SELECT 'delete', old.entry_id, coalesce(fresh.was, old.text) FROM (SELECT 1) "
        "LEFT JOIN haystack_fresh AS fresh ON fresh.entry_id = old.entry_id WHERE fresh.entry_id IS NULL OR fresh.was IS NOT NULL; "
        "DELETE FROM haystack_fresh WHERE entry_id = old.entry_id; END"
    )
