# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants on labels.

Revision: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "label_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), server_default="0", nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Text(), nullable=False),
        sa.Column("writes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["entry.id"], name=op.f("fk_label_grant_label_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_grant")),
        sa.UniqueConstraint("label_id", "subject_kind", "subject_id", name=op.f("uq_label_grant_label_id_subject_kind_subject_id")),
    )
    op.create_table(
        "once_labelled",
        sa.Column("label_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("left_number", BIG),
        sa.PrimaryKeyConstraint("label_id", "entry_id", name=op.f("pk_once_labelled")),
        sqlite_with_rowid=False,
    )
    # Of who left before nobody knows when: they count as there until now, which only says again that they are gone.
    op.add_column("labelled", sa.Column("left_number", BIG))
