# SPDX-License-Identifier: GPL-3.0-or-later
"""Approvals and what waits for them, notices to accounts, comments on entries.

Revision: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "approval",
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("approver_kind", sa.Text(), nullable=False),
        sa.Column("approver_uuid", KEY, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("book_id", "field", name="pk_approval"),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_approval_book_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_uuid", KEY, nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_us", BIG, nullable=False),
        sa.Column("made_door", sa.Text(), nullable=False),
        sa.Column("decided_us", BIG),
        sa.Column("decided_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("revision", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_proposal_book_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposal_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposal_entry_uuid", "proposal", ["entry_uuid", "id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("uq_proposal_waiting", "proposal", ["entry_uuid", "field"], unique=True, sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", KEY, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False, server_default=""),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("seen_us", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_account_id", "notice", ["account_id", "id"])
    unseen = sa.text("seen_us IS NULL")
    op.create_index("ix_notice_unseen", "notice", ["account_id"], sqlite_where=unseen, postgresql_where=unseen)
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_uuid", KEY, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_us", BIG, nullable=False),
        sa.Column("changed_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_comment_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comment_entry_uuid", "comment", ["entry_uuid"])
    op.create_index("ix_comment_account_id", "comment", ["account_id"])
