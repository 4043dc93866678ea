# SPDX-License-Identifier: GPL-3.0-or-later
"""What the change log names once more without a change is found, so that it doesn't pile up.

Revision: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RETOLD = sa.text("what = 'retold'")


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_change_retold", "change", ["book_id", "entry_id", "number"], sqlite_where=RETOLD, postgresql_where=RETOLD)
