# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in URLs that books, and labels that were books, have had.

Revision: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table. What was removed before isn't known any more."""
    op.create_table(
        "former_slug",
        sa.Column("slug", KEY, nullable=False),
        sa.Column("label_id", sa.Integer()),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slug")),
        sqlite_with_rowid=False,
    )
