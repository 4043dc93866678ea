# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters that wait to be sent; browsers that were seen before; more about sessions and one-time links.

Revision: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("done_us IS NULL")


def upgrade() -> None:
    """Make the tables, and columns with what is said of the rows that are there."""
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("recipient", "name", "login", "language")),
        sa.Column("matter", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("created_us", "expires_us", "due_us")),
        sa.Column("claim", sa.Text(), nullable=False, server_default=""),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("done_us", BIG),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_outbox_account_id"),
    )
    op.create_index("ix_outbox_account_id_matter_created_us", "outbox", ["account_id", "matter", "created_us"])
    op.create_index("ix_outbox_waiting", "outbox", ["due_us"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "known_browser",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seen_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_known_browser"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_known_browser_account_id"),
    )
    op.create_index("ix_known_browser_account_id", "known_browser", ["account_id"])
    op.add_column("session", sa.Column("agent", sa.Text(), nullable=False, server_default=""))
    op.add_column("one_time_link", sa.Column("created_us", BIG, nullable=False, server_default="0"))
    op.add_column("one_time_link", sa.Column("created_by", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_one_time_link_account_id", "one_time_link", ["account_id"])
