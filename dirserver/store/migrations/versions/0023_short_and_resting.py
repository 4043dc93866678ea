# SPDX-License-Identifier: GPL-3.0-or-later
"""Which main passwords are too short without a second factor, and when a photo was brought last.

Revision: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns; a password that is here already is looked at when its owner next shows it."""
    op.add_column("account", sa.Column("has_short_password", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("blob", sa.Column("added_us", BIG, nullable=False, server_default="0"))
