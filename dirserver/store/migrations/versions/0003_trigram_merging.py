# SPDX-License-Identifier: GPL-3.0-or-later
"""SQLite's trigram index merges its segments less often: half of what one changed contact cost went into that.

Revision: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let sixteen segments of one level come together before they are merged (FTS5: four). Searches don't notice them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO haystack_fts(haystack_fts, rank) VALUES ('automerge', 16)")
