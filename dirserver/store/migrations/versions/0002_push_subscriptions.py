# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions to changes of a book (WebDAV-Push).

Revision: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table of subscriptions."""
    op.create_table(
        "push_subscription",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("client", sa.Text(), server_default="", nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("resource_key", KEY, nullable=False),
        sa.Column("origin", KEY, nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("created_us", BIG, nullable=False),
        sa.Column("expires_us", BIG, nullable=False),
        sa.Column("due_us", BIG, server_default="0", nullable=False),
        sa.Column("claim", sa.Text(), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gap_s", sa.Integer(), server_default="0", nullable=False),
        sa.Column("delivered_us", BIG, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_push_subscription_account_id")),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_push_subscription_book_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("account_id", "book_id", "resource_key", name=op.f("uq_push_subscription_account_id_book_id_resource_key")),
    )
    op.create_index("ix_push_subscription_pending", "push_subscription", ["book_id", "number", "due_us", "expires_us"], unique=False)
