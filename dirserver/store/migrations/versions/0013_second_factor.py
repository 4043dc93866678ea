# SPDX-License-Identifier: GPL-3.0-or-later
"""The second factor: seeds, recovery codes, passkeys, sign-ins that are half done, and when somebody last showed who they are.

Revision: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and add the columns."""
    op.add_column("session", sa.Column("proved_us", BIG, nullable=False, server_default="0"))
    op.add_column("team", sa.Column("needs_second_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
    _make(
        "totp_seed",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("last_step", BIG, nullable=False, server_default="0"),
        sa.Column("created_us", BIG, nullable=False),
        sa.Column("confirmed_us", BIG),
    )
    _make("recovery_code", sa.Column("digest", KEY, primary_key=True))
    _make(
        "passkey",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("credential_id", KEY, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("is_synced", sa.Boolean(), nullable=False),
        sa.Column("created_us", BIG, nullable=False),
        sa.Column("last_used_us", BIG),
        sa.Column("last_used_address", sa.Text(), nullable=False, server_default=""),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    _make(
        "half_sign_in",
        sa.Column("digest", KEY, primary_key=True),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("expires_us", BIG, nullable=False),
    )
    op.create_table(
        "challenge",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("bound_to", KEY, nullable=False),
        sa.Column("expires_us", BIG, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_challenge")),
    )


def _make(name: str, *columns: sa.schema.SchemaItem) -> None:
    """Make a table of what belongs to an account."""
    op.create_table(
        name,
        *columns,
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{name}_account_id")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"], unique=False)
