# SPDX-License-Identifier: GPL-3.0-or-later
"""When groups were made, by whom, and who changed them last; of those that are there already nobody knows who did.

Revision: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns. A group that is there was made no later than it was last changed."""
    op.add_column("team", sa.Column("created_us", BIG, nullable=False, server_default="0"))
    op.add_column("team", sa.Column("created_by", sa.Text(), nullable=False, server_default=""))
    op.add_column("team", sa.Column("modified_by", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE team SET created_us = modified_us")
