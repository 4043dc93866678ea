# SPDX-License-Identifier: GPL-3.0-or-later
"""Hygiene: what was found in the entries, what stewards said about it, what was merged, and which books a batch changed.

Revision: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _what_was_found()
    op.create_table(
        "apart",
        sa.Column("low_uuid", KEY, nullable=False),
        sa.Column("high_uuid", KEY, nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("low_uuid", "high_uuid", name=op.f("pk_apart")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_apart_high_uuid"), "apart", ["high_uuid"])
    op.create_table(
        "merged",
        sa.Column("batch", KEY, nullable=False),
        sa.Column("absorbed_uuid", KEY, nullable=False),
        sa.Column("survivor_uuid", KEY, nullable=False),
        sa.Column("groups", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name=op.f("fk_merged_batch")),
        sa.PrimaryKeyConstraint("batch", "absorbed_uuid", name=op.f("pk_merged")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_merged_absorbed_uuid"), "merged", ["absorbed_uuid"])
    op.create_index(op.f("ix_merged_survivor_uuid"), "merged", ["survivor_uuid"])
    op.create_table(
        "batch_book",
        sa.Column("batch", KEY, nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name=op.f("fk_batch_book_batch")),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_batch_book_book_id")),
        sa.PrimaryKeyConstraint("batch", "book_id", name=op.f("pk_batch_book")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_batch_book_book_id"), "batch_book", ["book_id"])


def _what_was_found() -> None:
    op.create_table(
        "care_mark",
        sa.Column("book_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_care_mark_book_id")),
        sa.PrimaryKeyConstraint("book_id", name=op.f("pk_care_mark")),
    )
    op.create_table(
        "suspect",
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("lane", KEY, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Text(), nullable=False),
        sa.Column("differs", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["low_id"], ["entry.id"], name=op.f("fk_suspect_low_id")),
        sa.ForeignKeyConstraint(["high_id"], ["entry.id"], name=op.f("fk_suspect_high_id")),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_suspect_book_id")),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_suspect")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_suspect_high_id"), "suspect", ["high_id"])
    op.create_index("ix_suspect_book_id_lane_score", "suspect", ["book_id", "lane", "score"])
    op.create_table(
        "finding",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("attribute", KEY, nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_finding_entry_id")),
        sa.ForeignKeyConstraint(["book_id"], ["book.id"], name=op.f("fk_finding_book_id")),
        sa.PrimaryKeyConstraint("entry_id", "code", "attribute", name=op.f("pk_finding")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_finding_book_id_code", "finding", ["book_id", "code", "entry_id"])
