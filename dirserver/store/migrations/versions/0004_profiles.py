# SPDX-License-Identifier: GPL-3.0-or-later
"""What CardDAV clients get: profiles.

Revision: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "profile",
        sa.Column("subject_kind", KEY, nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("family", KEY, nullable=False),
        sa.Column("gal", sa.Text(), nullable=True),
        sa.Column("photo", sa.Text(), nullable=True),
        sa.Column("vcard", sa.Text(), nullable=True),
        sa.Column("read_only", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", "family", name=op.f("pk_profile")),
        sqlite_with_rowid=False,
    )
