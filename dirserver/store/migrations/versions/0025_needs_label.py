# SPDX-License-Identifier: GPL-3.0-or-later
"""Books in which each contact needs a label.

Revision: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; until now no book asked for one."""
    op.add_column("book", sa.Column("needs_label", sa.Boolean(), nullable=False, server_default=sa.false()))
