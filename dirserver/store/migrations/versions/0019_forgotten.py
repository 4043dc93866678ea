# SPDX-License-Identifier: GPL-3.0-or-later
"""Who said lately that a password is forgotten.

Revision: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "forgotten",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", KEY, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("typed", "address")),
        sa.Column("network", KEY, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten"),
    )
    op.create_index("ix_forgotten_at_us", "forgotten", ["at_us"])
