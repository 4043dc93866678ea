# SPDX-License-Identifier: GPL-3.0-or-later
"""How far long imports are.

Revision: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "import_run",
        sa.Column("upload_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", BIG, nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("beat_us", BIG, nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_import_run_upload_id")),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_import_run")),
    )
