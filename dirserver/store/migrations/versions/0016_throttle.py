# SPDX-License-Identifier: GPL-3.0-or-later
"""Failed sign-ins, counted for all processes and nodes.

Revision: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "throttle",
        sa.Column("name", KEY, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("over_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_throttle")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_throttle_over_us"), "throttle", ["over_us"], unique=False)
