# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels that are shown as books of their own.

Revision: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "label_book",
        sa.Column("slug", KEY, nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["entry.id"], name=op.f("fk_label_book_label_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_label_book")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_label_book_label_id"), "label_book", ["label_id"], unique=False)
