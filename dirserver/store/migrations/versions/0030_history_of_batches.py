# SPDX-License-Identifier: GPL-3.0-or-later
"""Only what belongs to a batch is in the index of batches: a change by one phone doesn't touch it.

Revision: 0030
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_IN_A_BATCH = text("batch IS NOT NULL")


def upgrade() -> None:
    """Make the index of the history anew."""
    op.drop_index("ix_history_batch", "history")
    op.create_index("ix_history_batch", "history", ["batch"], sqlite_where=_IN_A_BATCH, postgresql_where=_IN_A_BATCH)
