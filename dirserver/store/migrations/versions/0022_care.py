# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was asked whether an entry is still correct; when stewards were told of the trash; every entry says when it was last confirmed.

Revision: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; until now any change counted as a confirmation."""
    op.create_table(
        "asked",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("asked_us", BIG, nullable=False),
        sa.Column("expires_us", BIG, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("told_us", BIG, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_asked_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_asked_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_asked")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_asked_account_id"), "asked", ["account_id"], unique=False)
    op.create_index(op.f("ix_asked_digest"), "asked", ["digest"], unique=False)
    op.create_table(
        "trash_told",
        sa.Column("book_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_trash_told_book_id")),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_trash_told")),
    )
    op.execute("UPDATE entry SET confirmed_us = modified_us WHERE confirmed_us IS NULL AND modified_us > created_us")
