# SPDX-License-Identifier: GPL-3.0-or-later
"""How a client is told of groups and labels.

Revision: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the setting; nothing is said yet."""
    op.add_column("profile", sa.Column("groups", sa.Text(), nullable=True))
