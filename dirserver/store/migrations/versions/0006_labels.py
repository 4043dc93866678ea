# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of a book and who is in them.

Revision: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_GROUPS = sa.text("kind = 'group'")


def upgrade() -> None:
    """Make the table of members and the index that finds the groups of a book."""
    op.create_table(
        "labelled",
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("spelled", sa.Text(), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["entry.id"], name=op.f("fk_labelled_label_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_labelled_entry_id")),
        sa.PrimaryKeyConstraint("label_id", "entry_id", name=op.f("pk_labelled")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_labelled_entry_id"), "labelled", ["entry_id"], unique=False)
    op.create_index("ix_entry_group", "entry", ["book_id"], unique=False, sqlite_where=_GROUPS, postgresql_where=_GROUPS)
