# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches that were made by one order belong to a series.

Revision: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column; batches of before stand alone."""
    op.add_column("batch", sa.Column("series", KEY))
    op.create_index(op.f("ix_batch_series"), "batch", ["series"])
