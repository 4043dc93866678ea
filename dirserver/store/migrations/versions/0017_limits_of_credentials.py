# SPDX-License-Identifier: GPL-3.0-or-later
"""From where and until when device passwords are good, by which program they were used; when accounts are left, and to whom.

Revision: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("device_password", sa.Column("networks", sa.Text(), nullable=False, server_default=""))
    op.add_column("device_password", sa.Column("expires_us", BIG))
    op.add_column("device_password", sa.Column("last_used_program", sa.Text(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("leaves_us", BIG))
    op.add_column("account", sa.Column("successor_id", sa.Integer()))
    op.create_index(op.f("ix_account_leaves_us"), "account", ["leaves_us"], unique=False)
